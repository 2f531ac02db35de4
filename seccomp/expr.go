package seccomp

import "github.com/trapline/trapline/abi"

// An Expr is a condition on the argument registers of a call. The set is closed:
// Compare, And, Or, Not.
type Expr interface {
	holds(*abi.ABI, *[abi.MaxArgs]uint64) bool
	compile(b *builder, a *abi.ABI, yes, no label) label
}

// Compare compares one argument with a constant. Bits that the parameter does not have
// are ignored on both sides: those the Mask leaves out, those above Bits, and on a
// machine with registers of 32 bits those above these.
type Compare struct {
	Arg    int // 0 to 5; no other is ever true
	Op     Op
	Value  uint64
	Mask   uint64 // applied to the argument, not to Value; zero is all bits
	Bits   int    // how wide the parameter is: 32, or anything else for the register
	Signed bool   // how to order
}

// An Op is a comparison.
type Op uint8

const (
	Equal Op = iota
	NotEqual
	Less
	LessEqual
	Greater
	GreaterEqual
)

// And is true when all of its parts are, so an empty one is.
type And []Expr

// Or is true when one of its parts is.
type Or []Expr

// Not is true when X is not.
type Not struct{ X Expr }

func (c Compare) holds(a *abi.ABI, args *[abi.MaxArgs]uint64) bool {
	if !c.valid() {
		return false
	}
	x, v := args[c.Arg]&c.mask(), c.Value
	if c.narrow(a) {
		x, v = uint64(uint32(x)), uint64(uint32(v))
	}
	if c.Signed {
		x, v = x^c.sign(a), v^c.sign(a)
	}
	switch c.Op {
	case Equal:
		return x == v
	case NotEqual:
		return x != v
	case Less:
		return x < v
	case LessEqual:
		return x <= v
	case Greater:
		return x > v
	}
	return x >= v
}

func (c Compare) valid() bool { return 0 <= c.Arg && c.Arg < abi.MaxArgs && c.Op <= GreaterEqual }

func (c Compare) mask() uint64 {
	if c.Mask == 0 {
		return ^uint64(0)
	}
	return c.Mask
}

// narrow says whether only the low half of the register counts.
func (c Compare) narrow(a *abi.ABI) bool { return c.Bits == 32 || a.Reg == 4 }

// sign is the bit whose flipping turns signed order into unsigned.
func (c Compare) sign(a *abi.ABI) uint64 {
	if c.narrow(a) {
		return 1 << 31
	}
	return 1 << 63
}

func (e And) holds(a *abi.ABI, args *[abi.MaxArgs]uint64) bool {
	for _, x := range e {
		if !x.holds(a, args) {
			return false
		}
	}
	return true
}

func (e Or) holds(a *abi.ABI, args *[abi.MaxArgs]uint64) bool {
	for _, x := range e {
		if x.holds(a, args) {
			return true
		}
	}
	return false
}

func (e Not) holds(a *abi.ABI, args *[abi.MaxArgs]uint64) bool { return !e.X.holds(a, args) }
