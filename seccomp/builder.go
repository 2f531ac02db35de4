package seccomp

// An Instruction is one of classic BPF, struct sock_filter of <linux/filter.h>.
type Instruction struct {
	Code   uint16
	JT, JF uint8
	K      uint32
}

// The instructions that filters are made of.
const (
	loadWord         = 0x20 // BPF_LD|BPF_W|BPF_ABS
	and              = 0x54 // BPF_ALU|BPF_AND|BPF_K
	xor              = 0xa4 // BPF_ALU|BPF_XOR|BPF_K
	jump             = 0x05 // BPF_JMP|BPF_JA
	jumpEqual        = 0x15 // BPF_JMP|BPF_JEQ|BPF_K
	jumpGreater      = 0x25 // BPF_JMP|BPF_JGT|BPF_K
	jumpGreaterEqual = 0x35 // BPF_JMP|BPF_JGE|BPF_K
	answer           = 0x06 // BPF_RET|BPF_K
)

// The answers of <linux/seccomp.h>.
const (
	retAllow = 0x7fff0000
	retTrace = 0x7ff00000
)

// The offsets in struct seccomp_data.
const (
	offsetNumber = 0
	offsetArch   = 4
	offsetArgs   = 16
)

// A builder makes a program from its end to its beginning, because BPF jumps only
// forwards: where a jump goes is there before the jump.
type builder struct {
	code    []Instruction    // the last one first
	answers map[uint32]label // the last copy of each
}

// A label is a place in the program: the number of instructions from it to the end.
type label int

func (b *builder) emit(i Instruction) label {
	b.code = append(b.code, i)
	return label(len(b.code))
}

// here is the label of the instruction emitted last.
func (b *builder) here() label { return label(len(b.code)) }

func (b *builder) allow() label           { return b.answer(retAllow) }
func (b *builder) trace(tag uint16) label { return b.answer(retTrace | uint32(tag)) }

// answer is where the program ends with a verdict.
func (b *builder) answer(k uint32) label {
	if l, ok := b.answers[k]; ok {
		return l
	}
	if b.answers == nil {
		b.answers = map[uint32]label{}
	}
	l := b.emit(Instruction{Code: answer, K: k})
	b.answers[k] = l
	return l
}

// load emits the loading of a word of seccomp_data before going on at next.
func (b *builder) load(offset uint32, next label) label {
	b.follow(next)
	return b.emit(Instruction{Code: loadWord, K: offset})
}

// follow sees to it that what is emitted next goes on at l.
func (b *builder) follow(l label) {
	if l != b.here() {
		b.hop(l)
	}
}

// hop emits a jump without a condition, or what it would lead to if that is an answer.
func (b *builder) hop(l label) label {
	if target := b.at(l); target.Code == answer {
		b.answers[target.K] = b.emit(target)
		return b.here()
	}
	return b.emit(Instruction{Code: jump, K: uint32(b.here() - l)})
}

func (b *builder) at(l label) Instruction { return b.code[l-1] }

// near is the last copy of an answer, or another label as it is.
func (b *builder) near(l label) label {
	if target := b.at(l); target.Code == answer {
		return b.answers[target.K]
	}
	return l
}

// farthest is how far a conditional jump reaches, less the hop of its other branch.
const farthest = 254

// jump emits a conditional jump. What is out of its reach it reaches by a hop.
func (b *builder) jump(code uint16, k uint32, yes, no label) label {
	if yes == no {
		return yes
	}
	yes, no = b.near(yes), b.near(no)
	if b.here()-yes > farthest {
		yes = b.hop(yes)
	}
	if b.here()-no > farthest {
		no = b.hop(no)
	}
	return b.emit(Instruction{code, uint8(b.here() - yes), uint8(b.here() - no), k})
}
