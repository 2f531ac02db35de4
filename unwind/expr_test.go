package unwind

import (
	"errors"
	"strings"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
)

// Expressions of amd64, where rdi, register 5, is 0x7000 and rbx, register 3, is not known.
func TestExpressions(t *testing.T) {
	memory := mem.Snapshot{words(0x7000, 0x8877665544332211, 0xfffffffffffffff6)}
	for name, test := range map[string]struct {
		code  string
		first uint64
		want  uint64
	}{
		"nothing but what is first": {"", 42, 42},
		"addr":                      {"\x03\x01\x02\x03\x04\x05\x06\x07\x08", 0, 0x0807060504030201},
		"deref":                     {"\x06", 0x7000, 0x8877665544332211},
		"deref_size 2":              {"\x94\x02", 0x7001, 0x3322},
		"const1u":                   {"\x08\xff", 0, 0xff},
		"const1s":                   {"\x09\xff", 0, ^uint64(0)},
		"const2u":                   {"\x0a\xff\xff", 0, 0xffff},
		"const2s":                   {"\x0b\xfe\xff", 0, ^uint64(1)},
		"const4u":                   {"\x0c\xff\xff\xff\xff", 0, 0xffffffff},
		"const4s":                   {"\x0d\xff\xff\xff\xff", 0, ^uint64(0)},
		"const8u":                   {"\x0e\x01\x00\x00\x00\x00\x00\x00\x80", 0, 1<<63 + 1},
		"constu":                    {"\x10\x80\x01", 0, 128},
		"consts":                    {"\x11\x7f", 0, ^uint64(0)},
		"dup":                       {"\x12\x22", 7, 14},
		"drop":                      {"\x31\x13", 7, 7},
		"over":                      {"\x31\x14", 7, 7},
		"pick":                      {"\x31\x32\x15\x02", 7, 7},
		"swap":                      {"\x31\x16\x1c", 7, ^uint64(5)},
		"rot":                       {"\x31\x32\x17\x1c", 7, 6},
		"abs":                       {"\x19", ^uint64(4), 5},
		"and":                       {"\x3c\x1a", 10, 8},
		"div":                       {"\x32\x1b", ^uint64(5), ^uint64(2)},
		"mod":                       {"\x33\x1d", 8, 2},
		"mul":                       {"\x33\x1e", 8, 24},
		"neg":                       {"\x1f", 1, ^uint64(0)},
		"not":                       {"\x20", 0, ^uint64(0)},
		"or":                        {"\x33\x21", 8, 11},
		"plus_uconst":               {"\x23\x80\x01", 1, 129},
		"shl":                       {"\x34\x24", 1, 16},
		"shr":                       {"\x34\x25", 1 << 63, 1 << 59},
		"shra":                      {"\x34\x26", 1 << 63, 0xf8 << 56},
		"xor":                       {"\x33\x27", 1, 2},
		"eq":                        {"\x31\x29", 1, 1},
		"ge":                        {"\x31\x2a", 1, 1},
		"gt":                        {"\x31\x2b", 1, 0},
		"le":                        {"\x31\x2c", ^uint64(0), 1},
		"lt":                        {"\x31\x2d", ^uint64(0), 1},
		"ne":                        {"\x31\x2e", 1, 0},
		"bra taken":                 {"\x31\x28\x01\x00\x32\x35", 9, 5},
		"bra not taken":             {"\x30\x28\x01\x00\x32", 9, 2},
		"skip":                      {"\x2f\x01\x00\x32\x35", 9, 5},
		"breg5":                     {"\x75\x7f", 0, 0x6fff},
		"bregx":                     {"\x92\x05\x08", 0, 0x7008},
		"nop":                       {"\x96", 3, 3},
		"that of a PLT":             {"\x77\x08\x80\x00\x3f\x1a\x3b\x2a\x33\x24\x22", 0, 0x6008 + 8},
	} {
		s, _ := newState(regs(abi.AMD64, map[string]uint64{"rdi": 0x7000, "rsp": 0x6000, "rip": 0x1b}))
		x := &calculator{memory: &window{memory: memory}, effort: &effort{maxSteps}}
		got, err := x.compute(&s, []byte(test.code), test.first)
		if err != nil || got != test.want {
			t.Errorf("%s: %#x, %v, want %#x", name, got, err, test.want)
		}
	}
}

// What makes no sense is an error, and a loop ends.
func TestBadExpressions(t *testing.T) {
	for code, want := range map[string]error{
		"\x13":                        errExpression, // nothing is left
		"\x13\x13":                    errExpression,
		"\x22":                        errExpression,
		"\x30\x1b":                    errExpression, // a division by zero
		"\x30\x1d":                    errExpression,
		"\x15\x05":                    errExpression,
		"\x17":                        errExpression,
		"\x94\x03":                    errExpression,
		"\x08":                        errExpression, // its operand is missing
		"\x01":                        errExpression,
		"\x2f\xfd\xff":                errExpression, // a loop
		"\x2f\x7f\x00":                errExpression, // out of the expression
		"\x2f\xf0\xff":                errExpression,
		"\x73\x00":                    errRegister,
		"\x92\xff\x7f\x00":            errRegister,
		"\x06":                        mem.ErrUnmapped,
		strings.Repeat("\x12", 64):    errExpression, // too deep
		strings.Repeat("\x96", 1<<10): errExpression, // too long
	} {
		s, _ := newState(regs(abi.AMD64, nil))
		s.forget(3)
		x := &calculator{memory: &window{memory: mem.Snapshot{}}, effort: &effort{maxEffort}}
		if v, err := x.compute(&s, []byte(code), 7); !errors.Is(err, want) {
			t.Errorf("%.20x: %#x, %v, want %v", code, v, err, want)
		}
	}
}
