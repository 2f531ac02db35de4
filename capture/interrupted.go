package capture

import (
	"bytes"
	"encoding/binary"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
)

// The kernel leaves the state that a signal handler interrupts on the handler's stack. If
// that is an alternate one, this state is all that leads to the other stack, and so it has
// to be found before the process goes on: by words in it that hardly anything else has.
// What looks like one and is not costs a copy that nobody reads.

// frames find the stack pointers in the signal frames of a span, for each ABI.
var frames = map[*abi.ABI]func(s *mem.Span) []abi.Addr{
	abi.AMD64: framesAMD64,
	abi.X32:   framesAMD64,
	abi.I386:  framesI386,
	abi.ARM64: framesARM64,
}

// interrupted returns the stack pointers of what signal handlers in the spans have
// interrupted.
func interrupted(a *abi.ABI, spans []mem.Span) []abi.Addr {
	find := frames[a]
	if find == nil {
		return nil
	}
	var sps []abi.Addr
	for i := range spans {
		sps = append(sps, find(&spans[i])...)
	}
	return sps
}

// framesAMD64 looks for the word of cs, gs, fs and ss in struct sigcontext_64: before it
// are sp, ip and flags. This runs over every stack while a process is frozen, and so it
// looks for the byte of ss first, which is the fastest way to pass over what is not zero.
func framesAMD64(s *mem.Span) (sps []abi.Addr) {
	const selectors, ss, behind = 0x002b_0000_0000_0033, 6, 24
	for d, i := s.Data, 0; ; i++ {
		n := bytes.IndexByte(d[i:], selectors>>(8*ss)&0xff)
		if n < 0 {
			return sps
		}
		i += n
		if at := i - ss; at%8 == 0 && at >= behind && at+8 <= len(d) && binary.LittleEndian.Uint64(d[at:]) == selectors {
			sps = append(sps, abi.Addr(binary.LittleEndian.Uint64(d[at-behind:])))
		}
	}
}

// framesI386 looks for cs and, three words on, ss in struct sigcontext_32, of a 64-bit
// kernel or of a 32-bit one. Between sp and cs are bx, dx, cx, ax, trapno, err and ip.
func framesI386(s *mem.Span) (sps []abi.Addr) {
	for d, i := s.Data, 32; i+16 <= len(d); i += 4 {
		cs := binary.LittleEndian.Uint32(d[i:])
		if cs != 0x23 && cs != 0x73 {
			continue
		}
		if binary.LittleEndian.Uint32(d[i+12:]) == cs+8 {
			sps = append(sps, abi.Addr(binary.LittleEndian.Uint32(d[i-32:])))
		}
	}
	return sps
}

// framesARM64 looks for uc_stack of struct ucontext, when it holds itself. Behind it are
// the signal mask with its 128 bytes, a word of padding, the fault's address and 31
// registers, then sp.
func framesARM64(s *mem.Span) (sps []abi.Addr) {
	const behind, autoDisarm = 8 * (3 + 16 + 1 + 1 + 31), 1 << 31
	for d, i := s.Data, 0; i+behind+8 <= len(d); i += 8 {
		base, at := binary.LittleEndian.Uint64(d[i:]), uint64(s.Addr)+uint64(i)
		if base > at || at-base >= fullStack {
			continue
		}
		flags, size := binary.LittleEndian.Uint32(d[i+8:]), binary.LittleEndian.Uint64(d[i+16:])
		if flags&^autoDisarm == 0 && at-base < size {
			sps = append(sps, abi.Addr(binary.LittleEndian.Uint64(d[i+behind:])))
		}
	}
	return sps
}
