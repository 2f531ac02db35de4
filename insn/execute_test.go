package insn

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/fixture"
)

// place changes an instruction's operands and the registers they begin with so that they
// are in the data of the fixture.
func (p *processor) place(code []byte, s *state, r *rand.Rand) *Inst {
	i := p.decode(code)
	code = slices.Clone(code)
	put := func(at, size uint8, v uint64) {
		copy(code[at:at+size], binary.LittleEndian.AppendUint64(nil, v))
	}
	operand := uint64(dataAt) + middle + uint64(r.IntN(16))*64
	base, has := i.baseOf()
	switch {
	case i.opmap == 0 && i.form == legacy && i.opcode&0xFC == 0xA0:
		put(i.immAt, i.immLen, operand)
	case i.relativeFlow():
		put(i.immAt, i.immLen, uint64(r.IntN(0x70)))
	case i.relative():
		put(i.dispAt, i.dispLen, operand-uint64(i.Next()))
	case i.modrmAt == 0 || i.mod() == 3:
	case !has:
		put(i.dispAt, i.dispLen, operand)
	default:
		if i.dispLen == 4 {
			put(i.dispAt, i.dispLen, uint64(r.IntN(0x40))*8)
		}
		if base != sp && int(base) < len(i.layout().general) {
			s.regs.Values[i.layout().general[base]] = operand
		}
	}
	if index, ok := i.indexOf(); ok && index != base && index != sp {
		s.regs.Values[i.layout().general[index]] = uint64(r.IntN(8))
	}
	if i.prefix&(rep|repne) != 0 { // a string's length
		s.regs.Values[i.layout().general[cx]] = uint64(r.IntN(8))
	}
	return p.decode(code)
}

func (i *Inst) relativeFlow() bool { return i.Flow == Jumps || i.Flow == Branches || i.Flow == Calls }

func (i *Inst) baseOf() (byte, bool) {
	if i.modrmAt == 0 {
		return 0, false
	}
	return i.base()
}

func (i *Inst) indexOf() (byte, bool) {
	if i.modrmAt == 0 || i.mod() == 3 || i.modrm&7 != 4 {
		return 0, false
	}
	return i.text[i.modrmAt+1]>>3&7 | i.rex&rexX<<2, true
}

func (p *processor) decode(code []byte) *Inst {
	i, err := Decode(p.idle.ABI, textAt, code)
	p.must(err)
	return &i
}

func (i *Inst) number() int { return int(i.opmap)<<8 | int(i.opcode) }

// unsteady are instructions whose result differs from run to run.
func unsteady(i *Inst) bool {
	if i.form != legacy {
		return false
	}
	memory := i.mod() != 3
	switch i.number() {
	case 0xCD, 0x105, 0x134, 0x131, 0x133, 0x1A2: // calls of the system, RDTSC, RDPMC, CPUID
		return true
	case 0x101: // RDTSCP
		return i.modrm == 0xF9
	case 0xD9, 0xDD: // FNSTENV, FNSAVE store where the last instruction was
		return memory && i.group() == 6
	case 0x1AE: // FXSAVE, XSAVE, XSAVEOPT, too
		return memory && (i.group() == 0 || i.group() == 4 || i.group() == 6)
	case 0x1C7: // XSAVEC, XSAVES, RDRAND, RDSEED, RDPID
		return i.group() > 3
	}
	return false
}

// A tally counts what became of instructions.
type tally struct {
	run, emulated, moved, faults int
	bound                        map[string]int
}

// check runs one instruction in every way there is, and reports differences.
func (p *processor) check(code []byte, seed uint64, n *tally) {
	p.t.Helper()
	if i := p.decode(code); unsteady(i) || i.Flow == Traps && i.opcode != 0xCE || i.Flow == Leaves {
		return
	}
	r := rand.New(rand.NewPCG(seed, 0))
	from := p.random(r)
	i := p.place(code, from, r)
	want := p.original(i, from)
	n.run++
	if want.signal != syscall.SIGTRAP {
		n.faults++
	}
	p.checkEmulate(i, from, want, n)
	p.checkMove(i, p.elsewhere(i, seed), from, want, n)
}

// elsewhere is where an instruction is moved to: far away every other time, if it can be.
func (p *processor) elsewhere(i *Inst, seed uint64) abi.Addr {
	if p.idle.ABI.Reg == 4 || i.relative() && i.prefix&addressSize == 0 || seed%2 == 0 {
		return nearAt
	}
	return farAt
}

func (p *processor) checkEmulate(i *Inst, from, want *state, n *tally) {
	p.t.Helper()
	got, ok := emulated(i, from)
	if !ok {
		return
	}
	n.emulated++
	if diff := differences(want, got); len(diff) > 0 {
		p.t.Errorf("%s emulated: %s", i, strings.Join(diff, "; "))
	}
}

func (p *processor) checkMove(i *Inst, to abi.Addr, from, want *state, n *tally) {
	p.t.Helper()
	m, err := i.Move(to)
	if err != nil {
		n.bound[errors.Unwrap(err).Error()]++
		return
	}
	n.moved++
	if want.signal != syscall.SIGTRAP && i.Flow == CallsByValue {
		return // the stack below its pointer differs
	}
	if i.Flow == Falls {
		p.write(m.Addr, m.Code)
		got := p.run(from, m.Addr)
		m.Restore(&got.regs)
		p.same(i, &m, "moved", want, got)
		if i.is(0, 0x9C) || n.moved%4 != 0 { // PUSHF shows that it is stepped
			return
		}
	}
	var inside []*state
	got := p.moved(&m, from, func(s *state) { inside = append(inside, s) })
	p.same(i, &m, "moved and stepped", want, got)
	for _, s := range inside {
		p.checkRestore(i, &m, s, want)
	}
}

// checkRestore takes a thread out of the copy and has it go on at the original.
func (p *processor) checkRestore(i *Inst, m *Moved, s, want *state) {
	p.t.Helper()
	m.Restore(&s.regs)
	if s.regs.PC() == i.Addr {
		s = p.original(i, s)
	}
	p.same(i, m, "taken back", want, s)
}

func (p *processor) same(i *Inst, m *Moved, what string, want, got *state) {
	p.t.Helper()
	if diff := differences(want, got); len(diff) > 0 {
		p.t.Errorf("%s %s to %s, % x: %s", i, what, m.Addr, m.Code, strings.Join(diff, "; "))
	}
}

// Instructions of every form give the same registers and memory at their place, emulated,
// and moved near and far; and a thread that is stopped inside a copy can be taken back.
func TestExecute(t *testing.T) {
	for a, flags := range map[*abi.ABI][]fixture.Flag{abi.AMD64: nil, abi.I386: {fixture.M32}} {
		t.Run(a.Name, func(t *testing.T) {
			p := newProcessor(t, flags...)
			n := tally{bound: map[string]int{}}
			for seed, e := range readEncodings(t) {
				if e.abi != a {
					continue
				}
				p.check(e.code, uint64(seed), &n)
			}
			for _, code := range emulatedCode(a) {
				for seed := range 30 {
					p.check(code, uint64(seed), &n)
				}
			}
			t.Logf("%+v", n)
		})
	}
}

// emulatedCode is what Emulate does, in more variety than one of each form: it is run with
// many registers.
func emulatedCode(a *abi.ABI) (all [][]byte) {
	codes := []string{
		"54", "5c", "55", "5d", "6880808080", "6a80", "c9", "c3", "c20800", "c20080", // the stack
		"83c07f", "83e880", "83ed01", "81c000000080", "81e800000080", "81edffffff7f", // flags
		"89e0", "8bec", "b880808080", "c7c580808080", "90", "f390", "0f1f440000",
		"8d442408", "8d04b3", "8d0485f0ffffff", "8d4580", "8d8580000000", // addresses
		"eb10", "e910000000", "e810000000", "ffd0", "ffe1", "ff10", "ff5510", "ff6508", "ff2424", "ff542408",
		"e010", "e110", "e210", "e310", "67e010", "67e110", "67e210", "67e310", "f2e110", "f3e010",
	}
	for cc := range 16 {
		codes = append(codes, fmt.Sprintf("%x10", 0x70+cc), fmt.Sprintf("0f%x10000000", 0x80+cc))
	}
	if a.Reg == 8 {
		codes = append(codes,
			"4154", "415d", "48c7c080808080", "48b88081828384858687", "4889c4", "4c8be5", "4190",
			"4883c07f", "4883e880", "4981c400000080", "4981ec00000080", "49ffd4", "41ff65f8",
			"64ff16", "65ff27", "64ff142500200030", "488d0510000000", "678b0510000000", "4e8d44e310", "ff2510000000", "ff1510000000",
		)
	}
	for _, code := range codes {
		b, err := hex.DecodeString(code)
		if err != nil {
			panic(err)
		}
		all = append(all, b)
	}
	return all
}

// A call of the system from a copy returns to the copy; the register that SYSCALL leaves its
// return address in says otherwise, at the end and wherever the thread is taken back.
func TestExecuteSyscall(t *testing.T) {
	for _, test := range []struct {
		code  []byte
		nr    uint64
		name  string
		flags []fixture.Flag
	}{
		{[]byte{0x0F, 0x05}, syscall.SYS_GETPPID, "rcx", nil},
		{[]byte{0xCD, 0x80}, 64, "", nil},
		{[]byte{0xCD, 0x80}, 64, "", []fixture.Flag{fixture.M32}},
	} {
		p := newProcessor(t, test.flags...)
		r := rand.New(rand.NewPCG(1, 2))
		from := p.random(r)
		from.regs.Values[from.regs.ABI.Result] = test.nr
		from.regs.SetPC(textAt)
		i := p.decode(test.code)
		m, err := i.Move(nearAt)
		p.must(err)
		check := func(s *state) {
			if v, _ := s.regs.Named(test.name); test.name != "" && v != uint64(i.Next()) {
				t.Errorf("% x leaves %#x in %s", test.code, v, test.name)
			}
			if pid := s.regs.Values[s.regs.ABI.Result]; pid != uint64(os.Getpid()) || s.regs.PC() != i.Next() {
				t.Errorf("% x gives %d, at %s", test.code, pid, s.regs.PC())
			}
		}
		check(p.moved(&m, from, func(s *state) {
			inside := *s
			if m.Restore(&inside.regs); inside.regs.PC() != i.Addr {
				check(&inside)
			}
		}))
	}
}
