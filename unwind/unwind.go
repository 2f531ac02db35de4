// Package unwind walks call stacks: from the registers of a task, its memory and the
// tables in its ELF files to the frames of the calls it is in.
//
// Memory may be a stopped task's, a snapshot of its stack or a core's. All of it is
// hostile: a damaged stack ends with a reason, after a bounded number of steps.
//
// A walk asks, for each frame, the sources in the order of how much they can be
// trusted: Go's tables, the call frame information of the file, the kernel's signal
// frame, and then guesses: what the code at the program counter looks like and the
// chain of frame pointers.
package unwind

import (
	"errors"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/mem"
)

const (
	maxFrames = 1 << 20
	maxLeaps  = 256 // to a stack that is not above
)

// An Unwinder walks the stacks of one process. It belongs to one goroutine at a time.
type Unwinder struct {
	Space  *image.Space
	Memory mem.Reader
	Limit  int // how many frames to find; zero for all there are

	// Thread is what Go's runtime has of the thread whose stack is walked. Zero if that is not
	// known: then a register tells, where the ABI has one for it.
	Thread GoThread

	alone    bool     // a goroutine is walked that is on no thread
	begun    bool     // the task is new, and nobody has called it
	callback abi.Addr // of the scheduler's stack of Go, before the call from C that was left last

	stack      window
	text       text
	current    state
	callee     state
	calculator calculator
	effort     effort
	vdso       *image.File // where the Space has none
	looked     bool        // for the vdso
}

// A step says how a state became its caller's.
type step struct {
	cfa     abi.Addr // the stack pointer before the call of the frame that was left
	found   Kind     // of the caller
	signal  bool     // the caller was interrupted by a signal
	leap    bool     // the caller is on another stack, which may lie anywhere
	outmost bool     // there is no caller
	entered bool     // the frame has not called: it is about to run
}

// Walk appends to buf the frames of a task that has those registers. The error says
// why the walk ended before the outermost frame; the frames before it hold.
func (u *Unwinder) Walk(buf []Frame, regs *abi.Regs) ([]Frame, error) {
	if err := u.begin(regs); err != nil {
		return buf, err
	}
	return u.walk(buf, &u.current)
}

// begin forgets what another walk has read.
func (u *Unwinder) begin(regs *abi.Regs) (err error) {
	u.current, err = newState(regs)
	u.stack.forget(u.Memory)
	u.text.forget(u.Memory)
	u.calculator.memory = &u.stack
	u.effort.left = maxEffort
	u.calculator.effort = &u.effort
	u.callback, u.alone = 0, false
	u.begun = err == nil && hasBegun(regs)
	return err
}

// walk is Walk from any frame on.
func (u *Unwinder) walk(buf []Frame, s *state) ([]Frame, error) {
	limit, leaps := u.limit(), 0
	f := Frame{PC: s.PC(), Call: s.call}
	for range limit {
		f.Module = u.Space.At(f.Lookup())
		sp, call := s.SP(), s.call
		t, err := u.step(s, f.Module)
		f.CFA = t.cfa
		if t.entered {
			f.Call, f.Module = false, u.Space.At(f.PC)
		}
		buf = append(buf, f)
		if err != nil || t.outmost {
			return buf, err
		}
		if t.leap && s.SP() <= sp {
			leaps++
		}
		if leaps > maxLeaps || !t.leap && (!above(t.cfa, sp, call) || s.SP() < sp) {
			return buf, ErrAdvance
		}
		if s.call && s.PC() == 0 {
			return buf, nil
		}
		f = Frame{PC: s.PC(), Call: s.call, Found: t.found, Signal: t.signal}
	}
	return buf, ErrFrames
}

func (u *Unwinder) limit() int {
	if u.Limit > 0 {
		return u.Limit
	}
	return maxFrames
}

// above reports whether a frame that begins at cfa may have that stack pointer. Only
// one that has not called anybody may be empty.
func above(cfa, sp abi.Addr, call bool) bool { return cfa > sp || cfa == sp && !call }

// step takes s to the caller.
func (u *Unwinder) step(s *state, m *image.Module) (step, error) {
	if t, ok, err := u.goStep(s, m); ok || err != nil {
		return t, err
	}
	w, edge, tableErr := u.row(s, m)
	if w == nil || edge {
		if t, ok, err := u.signalStep(s); ok {
			return t, err
		}
	}
	if w != nil {
		return u.apply(s, w)
	}
	if u.begun && !s.call {
		return step{outmost: true}, nil
	}
	if u.isEntry(s) {
		return step{outmost: true, entered: true}, nil
	}
	if t, ok := u.guess(s); ok {
		return t, nil
	}
	if s.outmost() {
		return step{outmost: true}, nil
	}
	return step{}, u.noInfo(s, m, tableErr)
}

// row returns what the file's tables say of the place; nil if they say nothing. At the
// edge of a function the return address may be a trampoline's that follows it.
func (u *Unwinder) row(s *state, m *image.Module) (w *row, edge bool, err error) {
	if m == nil {
		return nil, false, nil
	}
	f, bias, err := u.file(m)
	if err != nil {
		return nil, false, err
	}
	t := tableOf(f)
	if t == nil || t.abi.Arch != s.abi.Arch || t.abi.Reg != s.abi.Reg {
		return nil, false, nil
	}
	w, err = t.row(uint64(s.lookup())-bias, &u.effort)
	edge = w != nil && s.call && w.behind == uint64(s.PC())-bias
	return w, edge, err
}

// isEntry reports whether a return address, before which nothing is known, is where a function
// begins: whoever made the stack has put it there, as makecontext does, and nobody called.
func (u *Unwinder) isEntry(s *state) bool {
	if !s.call || u.calls(s, s.PC()) {
		return false
	}
	entry := *s
	entry.call = false
	w, _, _ := u.row(&entry, u.Space.At(s.PC()))
	return w != nil
}

func (u *Unwinder) noInfo(s *state, m *image.Module, err error) error {
	if m == nil || errors.Is(err, image.ErrNoFile) {
		return &NoInfoError{PC: s.PC()}
	}
	return &NoInfoError{PC: s.PC(), File: m.Path, Err: err}
}

// word reads a word of the stack, of size bytes.
func (u *Unwinder) word(addr abi.Addr, size int) (uint64, error) { return u.stack.word(addr, size) }
