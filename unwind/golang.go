package unwind

import (
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
)

// goStep takes s to the caller if Go's tables describe the code it is in; ok is false
// if they do not.
func (u *Unwinder) goStep(s *state, m *image.Module) (t step, ok bool, err error) {
	f, ok := goFunc(s, m)
	if !ok {
		return step{}, false, nil
	}
	if s.call && f.End == uint64(s.PC())-m.Bias() {
		if t, ok, err := u.signalStep(s); ok {
			return t, ok, err
		}
	}
	name := f.Name()
	if strings.HasPrefix(name, "runtime.sigreturn") {
		return step{}, false, nil
	}
	size, ok := f.StackSize(uint64(s.lookup()) - m.Bias())
	if !ok {
		return step{}, false, nil
	}
	frame := goFrame{f: f, sp: s.SP(), size: size}
	if jump := goJumps[name]; jump != nil && s.call {
		if t, ok, err := jump(u, s, &frame); ok || err != nil {
			return t, ok, err
		}
	}
	if u.isGoTop(s, &frame, name) {
		return step{outmost: true, cfa: frame.cfa(s)}, true, nil
	}
	t, err = u.goReturn(s, &frame)
	return t, true, err
}

// goFunc returns the function of Go's table that s is in.
func goFunc(s *state, m *image.Module) (f image.GoFunc, ok bool) {
	if m == nil {
		return f, false
	}
	file, err := m.File()
	if err != nil || file.ABI() != s.abi {
		return f, false
	}
	table := file.GoTable()
	if table == nil {
		return f, false
	}
	return table.Func(uint64(s.lookup()) - m.Bias())
}

// A goFrame is a call of a Go function on a stack.
type goFrame struct {
	f    image.GoFunc
	sp   abi.Addr
	size uint64 // from the stack pointer to where it was when the function had been entered
	leap bool   // the frame is on another stack than its callee's
}

// cfa is the stack pointer before the call of the frame.
func (f *goFrame) cfa(s *state) abi.Addr {
	cfa := uint64(f.sp) + f.size
	if s.link < 0 {
		cfa += uint64(s.slot)
	}
	return s.address(cfa)
}

// goReturn takes s to the caller of a frame.
func (u *Unwinder) goReturn(s *state, f *goFrame) (t step, err error) {
	t = step{cfa: f.cfa(s), found: GoTable, leap: f.leap}
	pc, err := u.goReturnAddress(s, f)
	if err != nil {
		return t, err
	}
	if err := u.goFramePointer(s, f); err != nil {
		return t, err
	}
	s.known &= 1<<s.machine.pc | 1<<s.machine.sp | 1<<s.machine.fp | goKept(s)
	s.setPC(abi.Addr(pc))
	s.setSP(t.cfa)
	s.call = true
	return t, nil
}

// goReturnAddress is where a frame returns to. Where a call leaves that in a register,
// the function keeps it at the bottom of its frame, if it has one.
func (u *Unwinder) goReturnAddress(s *state, f *goFrame) (uint64, error) {
	if s.link < 0 {
		return u.word(f.cfa(s)-abi.Addr(s.slot), s.slot)
	}
	if f.size == 0 && !f.leap {
		if link, known := s.get(s.link); known {
			return link, nil
		}
	}
	return u.word(f.sp, s.slot)
}

// goFramePointer restores the frame pointer: a function with a frame keeps its caller's
// next to the return address on x86, and below its stack pointer on arm64.
func (u *Unwinder) goFramePointer(s *state, f *goFrame) error {
	at := f.sp - abi.Addr(s.slot)
	switch {
	case f.size < uint64(s.slot) || s.abi == abi.I386 || f.f.SetsStack():
		return nil
	case s.link < 0:
		at = f.cfa(s) - 2*abi.Addr(s.slot)
	}
	fp, err := u.word(at, s.slot)
	if err == nil {
		s.setFP(abi.Addr(fp))
	}
	return err
}

// goKept is the register that has the running goroutine in all of Go's code, as a bit.
func goKept(s *state) uint64 {
	if n := goRegister(s.abi); n >= 0 {
		return 1 << n & s.known
	}
	return 0
}

// goRegister is the DWARF number of that register; -1 where none is set aside for it.
func goRegister(a *abi.ABI) int {
	switch a {
	case abi.AMD64:
		return 14
	case abi.ARM64:
		return 28
	}
	return -1
}

// isGoTop reports whether a frame is the outermost of its stack. The runtime says so of
// some functions that are called by C or by the kernel too: a signal handler returns to
// the trampoline, a thread has what started it below its first function.
func (u *Unwinder) isGoTop(s *state, f *goFrame, name string) bool {
	switch name {
	case "runtime.mcall":
		return s.call
	case "runtime.sigtramp", "runtime.cgoSigtramp":
		return false
	case "runtime.clone":
		return s.call
	case "runtime.mstart":
		pc, err := u.goReturnAddress(s, f)
		return err != nil || u.Space.At(abi.Addr(pc)) == nil
	}
	return f.f.IsTop()
}
