package unwind

import (
	"bytes"

	"github.com/trapline/trapline/abi"
)

// A trampoline is code that a signal handler returns to: it asks the kernel to go back to
// what was interrupted. Its bytes are as good as a name, for debuggers have always relied
// on them.
type trampoline struct {
	abi      *abi.ABI
	code     []byte
	starts   []int // where its instructions begin
	frame    int   // from the stack pointer at its first instruction to the kernel's frame
	pointer  bool  // what is there is the address of the frame
	popped   int   // how far the first instruction moves the stack pointer
	context  int   // from the kernel's frame to the saved registers
	contents []int // for each DWARF number, where in the context the register is
}

// The saved registers: struct sigcontext of <asm/sigcontext.h>.
var (
	// rax rdx rcx rbx rsi rdi rbp rsp r8-r15 rip.
	amd64Context = []int{104, 96, 112, 88, 72, 64, 80, 120, 0, 8, 16, 24, 32, 40, 48, 56, 128}
	// eax ecx edx ebx esp ebp esi edi eip.
	i386Context = []int{44, 40, 36, 32, 28, 24, 20, 16, 56}
	// x0-x30 sp pc, behind the address of a fault.
	arm64Context = counting(33, 8, 8)
)

// counting returns n offsets from first on.
func counting(n, first, step int) []int {
	offsets := make([]int, n)
	for i := range offsets {
		offsets[i] = first + i*step
	}
	return offsets
}

var trampolines = []trampoline{
	{ // mov $__NR_rt_sigreturn,%rax; syscall: the stack pointer is at a struct ucontext
		abi: abi.AMD64, code: []byte("\x48\xc7\xc0\x0f\x00\x00\x00\x0f\x05"), starts: []int{0, 7},
		context: 40, contents: amd64Context,
	},
	{ // mov $__NR_rt_sigreturn,%eax; syscall
		abi: abi.AMD64, code: []byte("\xb8\x0f\x00\x00\x00\x0f\x05"), starts: []int{0, 5},
		context: 40, contents: amd64Context,
	},
	{ // the same of x32
		abi: abi.AMD64, code: []byte("\x48\xc7\xc0\x01\x02\x00\x40\x0f\x05"), starts: []int{0, 7},
		context: 24, contents: amd64Context,
	},
	{ // pop %eax; mov $__NR_sigreturn,%eax; int $0x80: a struct sigcontext behind the signal's number
		abi: abi.I386, code: []byte("\x58\xb8\x77\x00\x00\x00\xcd\x80"), starts: []int{0, 1, 6},
		frame: 4, popped: 4, contents: i386Context,
	},
	{ // mov $__NR_rt_sigreturn,%eax; int $0x80: the handler's third argument is the struct ucontext
		abi: abi.I386, code: []byte("\xb8\xad\x00\x00\x00\xcd\x80"), starts: []int{0, 5},
		frame: 8, pointer: true, context: 20, contents: i386Context,
	},
	{ // mov x8,#__NR_rt_sigreturn; svc #0: a siginfo_t of 128 bytes, then a struct ucontext
		abi: abi.ARM64, code: []byte("\x68\x11\x80\xd2\x01\x00\x00\xd4"), starts: []int{0, 4},
		frame: 128, context: 176, contents: arm64Context,
	},
}

// signalStep takes s from a trampoline to what the signal interrupted.
func (u *Unwinder) signalStep(s *state) (t step, ok bool, err error) {
	tramp, nr := u.trampoline(s, s.PC())
	if tramp == nil {
		return step{}, false, nil
	}
	t, err = u.leaveSignal(s, tramp, nr)
	return t, true, err
}

// trampoline returns the trampoline that is at an address, and which of its instructions;
// nil if none is.
func (u *Unwinder) trampoline(s *state, pc abi.Addr) (tramp *trampoline, nr int) {
	for i := range trampolines {
		tramp := &trampolines[i]
		if tramp.abi.Arch != s.abi.Arch || tramp.abi.Reg != s.abi.Reg {
			continue
		}
		for nr, start := range tramp.starts {
			if u.hasCode(pc-abi.Addr(start), tramp.code) {
				return tramp, nr
			}
		}
	}
	return nil, 0
}

// hasCode reports whether memory has those bytes.
func (u *Unwinder) hasCode(addr abi.Addr, code []byte) bool {
	return bytes.Equal(u.text.bytes(addr, len(code)), code)
}

// leaveSignal restores the registers from the kernel's frame, at the instruction nr of a
// trampoline.
func (u *Unwinder) leaveSignal(s *state, tramp *trampoline, nr int) (step, error) {
	frame := s.SP() + abi.Addr(tramp.frame)
	if nr > 0 {
		frame -= abi.Addr(tramp.popped)
	}
	if tramp.pointer {
		at, err := u.word(frame, s.slot)
		if err != nil {
			return step{}, err
		}
		frame = abi.Addr(at)
	}
	for n, off := range tramp.contents {
		v, err := u.word(s.address(uint64(frame)+uint64(tramp.context+off)), s.slot)
		if err != nil {
			return step{}, err
		}
		s.set(n, v)
	}
	s.call = false
	u.undoPush(s)
	return step{cfa: s.SP(), found: SignalFrame, signal: true, leap: true}, nil
}

// undoPush sees to the moment in which a handler of Go's makes what it has interrupted call
// a function: the return address has been pushed, but the program counter is still there.
func (u *Unwinder) undoPush(s *state) {
	if s.link >= 0 {
		return
	}
	if pushed, err := u.word(s.SP(), s.slot); err == nil && abi.Addr(pushed) == s.PC() {
		s.setSP(s.SP() + abi.Addr(s.slot))
	}
}
