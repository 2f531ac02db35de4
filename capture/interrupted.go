package capture

import (
	"encoding/binary"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
)

// The kernel leaves the state that a signal handler interrupts on the handler's stack. If
// that is an alternate one, this state is all that leads to the other stack, and so it has
// to be found before the process goes on: by words in it that hardly anything else has.
// What looks like one and is not costs a copy that nobody reads.

// A mark finds the stack pointer in a signal frame.
type mark struct {
	word int // size in bytes
	// is says whether the word i of the span belongs to a signal frame.
	is func(s *mem.Span, i int) bool
	sp int // where the stack pointer is, in words from there
}

// marks are those of the ABIs; what is missing reads as zero.
var marks = map[*abi.ABI]mark{
	abi.AMD64: {word: 8, is: longSelectors, sp: -3},
	abi.X32:   {word: 8, is: longSelectors, sp: -3},
	abi.I386:  {word: 4, is: shortSelectors, sp: -8},
	abi.ARM64: {word: 8, is: ownStack, sp: 3 + 16 + 1 + 1 + 31},
}

// interrupted returns the stack pointers of what signal handlers in the spans have
// interrupted.
func interrupted(a *abi.ABI, spans []mem.Span) []abi.Addr {
	m, ok := marks[a]
	if !ok {
		return nil
	}
	var sps []abi.Addr
	for n := range spans {
		s := &spans[n]
		for i := range len(s.Data) / m.word {
			if m.is(s, i) {
				sps = append(sps, abi.Addr(m.at(s, i+m.sp)))
			}
		}
	}
	return sps
}

func (m mark) at(s *mem.Span, i int) uint64 {
	if m.word == 4 {
		return uint64(word32(s, i))
	}
	return word64(s, i)
}

func word64(s *mem.Span, i int) uint64 {
	if i < 0 || 8*i+8 > len(s.Data) {
		return 0
	}
	return binary.LittleEndian.Uint64(s.Data[8*i:])
}

func word32(s *mem.Span, i int) uint32 {
	if i < 0 || 4*i+4 > len(s.Data) {
		return 0
	}
	return binary.LittleEndian.Uint32(s.Data[4*i:])
}

// longSelectors are cs, gs, fs and ss of struct sigcontext_64, which follow sp, ip and
// flags. The other values are those under Xen.
func longSelectors(s *mem.Span, i int) bool {
	w := word64(s, i)
	return w == 0x002b_0000_0000_0033 || w == 0xe02b_0000_0000_e033
}

// shortSelectors is cs of struct sigcontext_32, where ss follows flags and the stack
// pointer of the signal. Between sp and it are bx, dx, cx, ax, trapno, err and ip.
func shortSelectors(s *mem.Span, i int) bool {
	cs, ss := word32(s, i), word32(s, i+3)
	return cs == 0x23 && ss == 0x2b || cs == 0x73 && ss == 0x7b
}

// ownStack is uc_stack of struct ucontext, when it holds itself. Behind it are 128 bytes
// of signal mask, a word of padding, the fault's address and 31 registers, then sp.
func ownStack(s *mem.Span, i int) bool {
	base, flags, size := word64(s, i), word64(s, i+1), word64(s, i+2)
	at := uint64(s.Addr) + 8*uint64(i)
	const autoDisarm = 1 << 31
	return uint32(flags)&^autoDisarm == 0 && at >= base && at-base < size && size <= fullStack
}
