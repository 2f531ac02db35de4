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
	name := f.Name()
	trampoline := strings.HasPrefix(name, "runtime.sigreturn")
	if trampoline || s.call && f.End == uint64(s.PC())-m.Bias() {
		if t, ok, err := u.signalStep(s); ok {
			return t, ok, err
		}
	}
	size, ok := f.StackSize(uint64(s.lookup()) - m.Bias())
	if trampoline {
		return step{}, false, nil
	}
	if !ok {
		t, ok := u.leaveDetector(s)
		return t, ok, nil
	}
	frame := goFrame{
		f: f, sp: s.SP(), size: size, into: uint64(s.PC()) - m.Bias() - f.Entry,
		call: s.call, fromC: name == "crosscall2",
	}
	if t, ok, err := u.goJump(s, &frame, name); ok || err != nil {
		return t, true, err
	}
	if u.isGoTop(s, &frame, name) {
		return step{outmost: true, cfa: frame.cfa(s)}, true, nil
	}
	t, err = u.goReturn(s, &frame)
	if err == nil && goInjected[name] {
		err = u.goInterrupted(s)
	}
	return t, true, err
}

// goInjected are functions that the runtime calls where a signal has interrupted another
// one: they return to the instruction that is next, or was wrong.
var goInjected = map[string]bool{
	"runtime.asyncPreempt": true,
	"runtime.sigpanic":     true,
	"runtime.debugCallV2":  true,
	"runtime.debugCallV1":  true,
}

// goPushed is how much room the runtime makes on arm64 to inject a call.
const goPushed = 16

// goInterrupted says of a caller that it did not call. Where a call leaves the return address
// in a register, the one that the interrupted function had there is on the stack.
func (u *Unwinder) goInterrupted(s *state) error {
	s.call = false
	if s.link < 0 {
		return nil
	}
	link, err := u.word(s.SP(), s.slot)
	s.set(s.link, link)
	s.setSP(s.SP() + goPushed)
	return err
}

// goJump finds the frame of a function that changes the stack pointer. It is ok when it
// has taken s to the caller.
func (u *Unwinder) goJump(s *state, f *goFrame, name string) (t step, ok bool, err error) {
	jump := goJumps[name]
	switch {
	case jump != nil:
		t, ok, err = jump(u, s, f)
	case f.f.SetsStack() && !f.f.IsTop():
		ok = f.byFramePointer(s)
	}
	if !ok || err != nil || t != (step{}) {
		return t, ok, err
	}
	t, err = u.goReturn(s, f)
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
	f     image.GoFunc
	sp    abi.Addr
	size  uint64 // from the stack pointer to where it was when the function had been entered
	into  uint64 // how far into the function its code is
	call  bool   // it has called another function
	fromC bool   // it is crosscall2
	leap  bool   // the frame is on another stack than its callee's
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
	known := s.known
	s.known &= goKept(s)
	s.setPC(abi.Addr(pc))
	s.setSP(t.cfa)
	s.call = true
	if f.fromC {
		return t, u.goRestore(s, f, t.cfa, known)
	}
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
	case f.size < uint64(s.slot) || s.abi == abi.I386 || f.f.SetsStack() && !f.leap:
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

// goKept are the registers that Go's code keeps, as bits: those of the stack, that which has
// the running goroutine, if any, and the frame pointer, which i386 has for other things.
func goKept(s *state) uint64 {
	kept := uint64(1<<s.machine.pc | 1<<s.machine.sp)
	if n := goRegister(s.abi); n >= 0 {
		kept |= 1<<n | 1<<s.machine.fp
	}
	return kept & s.known
}

// setG says which goroutine runs the code of a frame.
func (s *state) setG(g abi.Addr) {
	if n := goRegister(s.abi); n >= 0 {
		s.set(n, uint64(g))
	}
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
	case "runtime.sigtramp", "runtime.cgoSigtramp":
		return false
	case "runtime.clone":
		pc, err := u.goReturnAddress(s, f)
		return s.call || err != nil || !u.executable(abi.Addr(pc)) || !u.calls(s, abi.Addr(pc))
	case "runtime.mstart":
		pc, err := u.goReturnAddress(s, f)
		return err != nil || u.Space.At(abi.Addr(pc)) == nil
	}
	return f.f.IsTop()
}
