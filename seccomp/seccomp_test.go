package seccomp

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/trapline/trapline/abi"
)

// A gauge compares a program's verdicts with those of the rules it was made from.
type gauge struct {
	*testing.T
	rules   []Rule
	program Program
}

func newGauge(t *testing.T, rules []Rule) *gauge {
	t.Helper()
	g := &gauge{t, rules, Compile(rules)}
	if n := len(g.program.Code); n == 0 || n > MaxInstructions {
		t.Fatalf("%d instructions", n)
	}
	return g
}

// try runs the program on a call. It must never rule out what must stop; an exact one
// decides as the rules do.
func (g *gauge) try(d Data) {
	g.Helper()
	want := Decide(g.rules, d.Arch, d.NR, &d.Args)
	got, err := g.program.Run(&d)
	switch {
	case err != nil:
		g.Fatal(err)
	case want.Stop && !got.Stop, g.program.Exact && got != want:
		g.Fatalf("%+v: the program says %+v, the rules say %+v\nrules: %+v", d, got, want, g.rules)
	}
}

// interesting are words at which comparisons change their mind.
var interesting = []uint64{0, 1, 99, math.MaxInt32, 1 << 31, math.MaxUint32, 1 << 32, math.MaxInt64, 1 << 63, math.MaxUint64}

// A dice makes rules and calls by chance, near each other so that they meet.
type dice struct{ *rand.Rand }

func (r dice) word() uint64 {
	if r.IntN(4) == 0 {
		return r.Uint64()
	}
	return interesting[r.IntN(len(interesting))] + uint64(r.IntN(3)) - 1
}

func (r dice) number() uint32 {
	switch r.IntN(8) {
	case 0:
		return r.Uint32()
	case 1:
		return uint32(abi.X32.NRBit) - 1 + uint32(r.IntN(3))
	case 2:
		return uint32(abi.X32.NRBit)<<1 - 1 + uint32(r.IntN(3))
	}
	return uint32(r.IntN(20)) | uint32(r.IntN(2))<<30
}

func (r dice) expr(depth int) Expr {
	kind := r.IntN(6)
	if depth == 0 {
		kind = 5
	}
	switch kind {
	case 0:
		return Not{r.expr(depth - 1)}
	case 1:
		return And(r.exprs(depth - 1))
	case 2:
		return Or(r.exprs(depth - 1))
	}
	c := Compare{Arg: r.IntN(abi.MaxArgs+1) - r.IntN(2), Op: Op(r.IntN(7)), Value: r.word(), Bits: 32 * r.IntN(3), Signed: r.IntN(2) == 0}
	if r.IntN(2) == 0 {
		c.Mask = r.word()
	}
	return c
}

func (r dice) exprs(depth int) (all []Expr) {
	for range r.IntN(4) {
		all = append(all, r.expr(depth))
	}
	return all
}

func (r dice) rule() Rule {
	rule := Rule{ABI: abi.All[r.IntN(len(abi.All))], Tag: uint16(r.IntN(4))}
	for range 1 + r.IntN(3) {
		first := r.number()
		rule.Calls = append(rule.Calls, Span{first, first + uint32(r.IntN(4))*uint32(r.IntN(4))})
	}
	if r.IntN(3) > 0 {
		rule.Where = r.expr(3)
	}
	return rule
}

func (r dice) call() Data {
	archs := []uint32{abi.AMD64.Audit, abi.I386.Audit, abi.ARM64.Audit, 0, r.Uint32()}
	d := Data{NR: r.number(), Arch: archs[r.IntN(len(archs))], PC: r.Uint64()}
	for i := range d.Args {
		d.Args[i] = r.word()
	}
	return d
}

// The program decides as the rules do.
func FuzzCompile(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed, uint8(seed))
	}
	f.Fuzz(func(t *testing.T, seed uint64, n uint8) {
		r := dice{rand.New(rand.NewPCG(seed, 1))}
		var rules []Rule
		for range n % 12 {
			rules = append(rules, r.rule())
		}
		g := newGauge(t, rules)
		if !g.program.Exact {
			t.Fatalf("%d rules are too many", len(rules))
		}
		for range 500 {
			g.try(r.call())
		}
	})
}

// Each comparison, of both widths, signed and not, on either side of each boundary.
func TestCompare(t *testing.T) {
	for op := Equal; op <= GreaterEqual; op++ {
		for _, bits := range []int{32, 64} {
			for _, signed := range []bool{false, true} {
				for _, value := range interesting {
					g := newGauge(t, []Rule{
						{ABI: abi.AMD64, Calls: []Span{One(16)}, Where: Compare{Arg: 1, Op: op, Value: value, Bits: bits, Signed: signed}},
						{ABI: abi.I386, Calls: []Span{One(54)}, Where: Compare{Arg: 1, Op: op, Value: value, Bits: bits, Signed: signed}},
					})
					for _, word := range interesting {
						for _, near := range []uint64{word - 1, word, word + 1, value, value ^ 1<<63, value ^ 1<<31} {
							g.try(Data{NR: 16, Arch: abi.AMD64.Audit, Args: [6]uint64{1: near}})
							g.try(Data{NR: 54, Arch: abi.I386.Audit, Args: [6]uint64{1: near}})
						}
					}
				}
			}
		}
	}
}

// What the rules say, said without them.
func TestDecide(t *testing.T) {
	rules := []Rule{
		{ABI: abi.AMD64, Calls: []Span{One(16)}, Where: Compare{Arg: 0, Value: 99, Bits: 32}, Tag: 1},
		{ABI: abi.AMD64, Calls: []Span{One(16)}, Where: Compare{Arg: 0, Op: Less, Value: 0, Bits: 32, Signed: true}, Tag: 2},
		{ABI: abi.AMD64, Calls: []Span{{56, 58}}, Where: Compare{Arg: 0, Value: 4, Mask: 12}, Tag: 3},
		{ABI: abi.X32, Calls: []Span{From(0x40000200)}, Tag: 4},
		{ABI: abi.AMD64, Calls: []Span{From(1000)}, Tag: 5},
		{ABI: abi.I386, Calls: []Span{One(54)}, Where: Not{Or{Compare{Arg: 0, Value: 1}, Compare{Arg: 0, Op: Greater, Value: 7}}}, Tag: 6},
	}
	const amd64, i386 = 0xc000003e, 0x40000003
	for _, tt := range []struct {
		arch, nr uint32
		arg      uint64
		want     Verdict
	}{
		{amd64, 16, 99, Verdict{true, 1}},
		{amd64, 16, 0xffff_0000_0000_0063, Verdict{true, 1}}, // an int is what the low half says
		{amd64, 16, 98, Verdict{}},
		{amd64, 16, 0xffff_ffff, Verdict{true, 2}},
		{amd64, 57, 7, Verdict{true, 3}},
		{amd64, 57, 15, Verdict{}},
		{amd64, 59, 4, Verdict{}},
		{amd64, 0x40000000 | 512, 0, Verdict{true, 4}},
		{amd64, 0x40000000 | 511, 0, Verdict{}},
		{amd64, 1000, 0, Verdict{true, 5}},
		{amd64, 0xffff_ffff, 0, Verdict{true, 5}},
		{amd64, 999, 0, Verdict{}},
		{i386, 54, 0x1_0000_0007, Verdict{true, 6}}, // the high half is not i386's
		{i386, 54, 0x7_0000_0001, Verdict{}},
		{i386, 54, 8, Verdict{}},
		{i386, 16, 99, Verdict{}},
		{0x12345678, 1, 0, Verdict{true, TagUnknown}},
	} {
		if got := Decide(rules, tt.arch, tt.nr, &[6]uint64{tt.arg}); got != tt.want {
			t.Errorf("%#x %d(%#x): %+v, want %+v", tt.arch, tt.nr, tt.arg, got, tt.want)
		}
		p := Compile(rules)
		if got, err := p.Run(&Data{NR: tt.nr, Arch: tt.arch, Args: [6]uint64{tt.arg}}); err != nil || got != tt.want {
			t.Errorf("%#x %d(%#x): the program says %+v, want %+v (%v)", tt.arch, tt.nr, tt.arg, got, tt.want, err)
		}
	}
}

// everyOther is every other number of an ABI, from some number on.
func everyOther(a *abi.ABI, n int) (spans []Span) {
	for i := range n {
		spans = append(spans, One(uint32(a.NRBit)+uint32(2*i)))
	}
	return spans
}

// Numbers are searched, not tried: whichever number, a few instructions decide.
func TestCost(t *testing.T) {
	p := Compile([]Rule{{ABI: abi.AMD64, Calls: everyOther(abi.AMD64, 250)}, {ABI: abi.X32, Calls: everyOther(abi.X32, 250)}})
	if !p.Exact || len(p.Code) > 1200 {
		t.Errorf("%d instructions, exact: %v", len(p.Code), p.Exact)
	}
	for nr := range uint32(600) {
		if n := steps(&p, Data{NR: nr, Arch: abi.AMD64.Audit}); n > 30 {
			t.Fatalf("%d instructions decide about %d", n, nr)
		}
	}
}

func steps(p *Program, d Data) (n int) {
	for pc := 0; p.Code[pc].Code != answer; n++ {
		q := Program{Code: p.Code[pc : pc+1]}
		switch i := q.Code[0]; i.Code {
		case jump:
			pc += int(i.K)
		case jumpGreaterEqual:
			pc += i.distance(d.NR >= i.K)
		case jumpEqual:
			pc += i.distance(d.Arch == i.K)
		}
		pc++
	}
	return n
}

// Jumps of more than 255 instructions, over numbers and within conditions.
func TestFarJumps(t *testing.T) {
	var many Or
	for i := range 300 {
		many = append(many, Compare{Arg: i % 6, Value: uint64(i) << 20, Bits: 64})
	}
	g := newGauge(t, []Rule{
		{ABI: abi.AMD64, Calls: everyOther(abi.AMD64, 300), Tag: 1},
		{ABI: abi.AMD64, Calls: []Span{{0, 999}}, Where: Not{many}, Tag: 2},
		{ABI: abi.AMD64, Calls: []Span{{0, 500}}, Tag: 3},
	})
	if !g.program.Exact {
		t.Fatal("too many")
	}
	for nr := range uint32(1100) {
		for i := range uint64(300) {
			d := Data{NR: nr, Arch: abi.AMD64.Audit}
			d.Args[i%6] = i << 20
			g.try(d)
		}
	}
}

// Too many conditions, and too many numbers: the filter stops at more, never at less.
func TestTooMany(t *testing.T) {
	var many And
	for i := range 2000 {
		many = append(many, Compare{Arg: i % 6, Op: NotEqual, Value: uint64(i)})
	}
	conditions := []Rule{{ABI: abi.AMD64, Calls: []Span{One(16)}, Where: many}}
	numbers := append(conditions, Rule{ABI: abi.I386, Calls: everyOther(abi.I386, 5000)})
	for name, rules := range map[string][]Rule{"conditions": conditions, "numbers": numbers} {
		t.Run(name, func(t *testing.T) {
			g := newGauge(t, rules)
			if g.program.Exact {
				t.Error("it fits")
			}
			r := dice{rand.New(rand.NewPCG(1, 1))}
			for range 2000 {
				g.try(r.call())
			}
			for nr := range uint32(10100) {
				g.try(Data{NR: nr, Arch: abi.I386.Audit})
				g.try(Data{NR: nr, Arch: abi.AMD64.Audit, Args: [6]uint64{7777}})
			}
			for _, nr := range []uint32{15, 17} {
				if v, _ := g.program.Run(&Data{NR: nr, Arch: abi.AMD64.Audit}); v.Stop {
					t.Errorf("it stops at %d", nr)
				}
			}
		})
	}
}

// A program that the kernel would refuse is an error, not a verdict.
func TestRunRefuses(t *testing.T) {
	for name, code := range map[string][]Instruction{
		"nothing":     nil,
		"no end":      {{Code: loadWord}},
		"unknown":     {{Code: 0x77}},
		"other ends":  {{Code: answer, K: 0x80000000}},
		"leaps ahead": {{Code: jump, K: 7}, {Code: answer, K: retAllow}},
	} {
		p := Program{Code: code}
		if _, err := p.Run(&Data{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
