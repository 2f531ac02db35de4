package seccomp

import "github.com/trapline/trapline/abi"

func (e And) compile(b *builder, a *abi.ABI, yes, no label) label {
	for i := len(e) - 1; i >= 0; i-- {
		yes = e[i].compile(b, a, yes, no)
	}
	return yes
}

func (e Or) compile(b *builder, a *abi.ABI, yes, no label) label {
	for i := len(e) - 1; i >= 0; i-- {
		no = e[i].compile(b, a, yes, no)
	}
	return no
}

func (e Not) compile(b *builder, a *abi.ABI, yes, no label) label { return e.X.compile(b, a, no, yes) }

func (c Compare) compile(b *builder, a *abi.ABI, yes, no label) label {
	if !c.valid() {
		return no
	}
	w := wide{b: b, arg: uint32(c.Arg), mask: c.mask(), value: c.Value, narrow: c.narrow(a)}
	if c.Signed {
		w.flip = c.sign(a)
	}
	switch c.Op {
	case Equal:
		return w.equal(yes, no)
	case NotEqual:
		return w.equal(no, yes)
	case Less:
		return w.atLeast(no, yes)
	case GreaterEqual:
		return w.atLeast(yes, no)
	case Greater:
		return w.above(yes, no)
	}
	return w.above(no, yes)
}

// A wide compares a register of 64 bits, which BPF sees as two words.
type wide struct {
	b           *builder
	arg         uint32
	mask, value uint64
	flip        uint64 // the sign bit when the order is signed
	narrow      bool   // only the low half counts
}

func (w *wide) equal(yes, no label) label {
	low := w.low().test(w.b, jumpEqual, yes, no)
	if w.narrow {
		return low
	}
	return w.high().test(w.b, jumpEqual, low, no)
}

func (w *wide) atLeast(yes, no label) label { return w.order(jumpGreaterEqual, yes, no) }
func (w *wide) above(yes, no label) label   { return w.order(jumpGreater, yes, no) }

// order decides by the high halves, and when these are equal by the low ones.
func (w *wide) order(op uint16, yes, no label) label {
	low := w.low().test(w.b, op, yes, no)
	if w.narrow {
		return low
	}
	h := w.high()
	equal := w.b.jump(jumpEqual, h.operand(), low, no)
	return h.test(w.b, jumpGreater, yes, equal)
}

func (w *wide) low() half {
	h := half{offset: offsetArgs + 8*w.arg + lowWord, mask: uint32(w.mask), value: uint32(w.value)}
	if w.narrow {
		h.flip = uint32(w.flip)
	}
	return h
}

func (w *wide) high() half {
	return half{offset: offsetArgs + 8*w.arg + highWord, mask: uint32(w.mask >> 32), value: uint32(w.value >> 32), flip: uint32(w.flip >> 32)}
}

// Where the halves of a register are; every machine we know is little-endian.
const (
	lowWord  = 0
	highWord = 4
)

// A half is one word of a register and what it is compared with.
type half struct {
	offset, mask, value, flip uint32
}

func (h half) operand() uint32 { return h.value ^ h.flip }

// test emits the loading of the half and a jump on it. The accumulator keeps the half.
func (h half) test(b *builder, op uint16, yes, no label) label {
	next := b.jump(op, h.operand(), yes, no)
	if h.flip != 0 {
		b.follow(next)
		next = b.emit(Instruction{Code: xor, K: h.flip})
	}
	if h.mask != ^uint32(0) {
		b.follow(next)
		next = b.emit(Instruction{Code: and, K: h.mask})
	}
	return b.load(h.offset, next)
}
