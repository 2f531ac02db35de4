package breakpoint

import (
	"encoding/binary"
	"fmt"
	"syscall"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/insn"
	"github.com/trapline/trapline/trace"
)

// A passing is what is not over yet when a task has passed a breakpoint.
type passing struct {
	// The registers with which it was at a site without having run the instruction, because
	// a signal is delivered first; PC is zero otherwise.
	again    abi.Regs
	retries  bool       // it is there once more, as if the handler had returned
	copied   *copied    // the instruction it steps over; nil otherwise
	withheld []withheld // signals to be delivered behind it
	enters   bool       // a handler for a SIGTRAP of the program's own
}

// A withheld is a signal that came while a task was about to run a copied instruction.
type withheld struct {
	signal syscall.Signal
	info   []byte
}

// goOn lets a task pass the breakpoint it is at. What writes no memory is emulated; other
// instructions run from a copy. Where there cannot be one they are emulated too, or else have
// the memory to themselves.
func (s *Set) goOn(task *trace.Task, sp *space, at place, a trace.Action) (trace.Action, error) {
	i, err := sp.instruction(at, a.Regs.ABI)
	if err != nil {
		return s.alone(task, sp, at, a)
	}
	if i.Effort() <= sp.emulated() {
		if _, ok := i.Emulate(a.Regs, task); ok {
			return a, nil
		}
	}
	if c, err := s.copy(task, sp, at, i); err == nil {
		a.Regs.SetPC(c.moved.Addr)
		return a, nil
	}
	if sp.emulate(task, i, a.Regs) {
		return a, nil
	}
	return s.alone(task, sp, at, a)
}

// emulated is which instructions are emulated at once. Debug registers see nothing of that.
func (sp *space) emulated() insn.Effort {
	if sp.watching() {
		return insn.ByRegisters
	}
	return insn.ByReading
}

// emulate does what an instruction does, to the memory of a task and to regs. Nothing is
// changed when it reports false, as it does where debug registers have to see the instruction.
func (sp *space) emulate(task *trace.Task, i *insn.Inst, regs *abi.Regs) bool {
	if sp.watching() {
		return false
	}
	after := *regs
	w, ok := i.Emulate(&after, task)
	if !ok {
		return false
	}
	if w.Size > 0 {
		if _, err := task.WriteMem(w.Append(nil), w.Addr); err != nil {
			return false
		}
	}
	*regs = after
	return true
}

// instruction returns the instruction of a site, decoded when it is hit at that address first.
func (sp *space) instruction(at place, a *abi.ABI) (*insn.Inst, error) {
	if last := at.site.decoded; last != nil && last.ABI == a && last.Addr == at.addr {
		return last, nil
	}
	code, err := sp.code(at)
	if err != nil {
		return nil, err
	}
	i, err := insn.Decode(a, at.addr, code)
	if err != nil {
		return nil, err
	}
	at.site.decoded = &i
	return &i, nil
}

// code returns the bytes of the instruction of a site, and maybe what follows.
func (sp *space) code(at place) ([]byte, error) {
	if last := at.site.decoded; last != nil {
		return last.Code(), nil
	}
	code := make([]byte, insn.MaxLen)
	n, err := sp.text(code, at.addr)
	if n == 0 {
		return nil, fmt.Errorf("breakpoint at %s: %w", at.addr, err)
	}
	return code[:n], nil
}

// again reports whether a task comes to a site as it was there before a signal's handler ran,
// so that this is no new hit. Should the instruction raise a signal once more, it was one: the
// handler has not returned but left by longjmp(3), and the program has made the same call.
func (s *Set) again(task *trace.Task, regs *abi.Regs) bool {
	p := s.passing[task]
	if p == nil {
		return false
	}
	p.retries = p.again == *regs
	p.again = abi.Regs{}
	return p.retries
}

// passes returns what is noted of a task, to be changed.
func (s *Set) passes(task *trace.Task) *passing {
	p := s.passing[task]
	if p == nil {
		p = &passing{}
		s.passing[task] = p
	}
	return p
}

// comesAgain notes that a task is at a site without having run the instruction.
func (p *passing) comesAgain(regs *abi.Regs) { p.again = *regs }

// inCopy handles a signal for a task that is at a copied instruction or behind it. Where the
// task is must be a place the program knows. A signal that the instruction has raised is
// delivered at the instruction; any other one waits until it has run.
func (s *Set) inCopy(stop *trace.Stop, e *trace.SignalStop, c *copied, regs *abi.Regs) (trace.Action, error) {
	if !c.moved.Restore(regs) {
		return s.pass(stop)
	}
	if regs.PC() == c.site && !faulted(e) {
		p := s.passes(stop.Task)
		p.copied = c
		p.withheld = append(p.withheld, withheld{e.Signal, append([]byte(nil), e.Info...)})
		return trace.Action{Mode: trace.Step, Signal: &none}, nil
	}
	if regs.PC() == c.site {
		if err := s.raisedAgain(stop, c, regs); err != nil {
			return trace.Action{Regs: regs}, err
		}
	}
	relocate(e, c)
	a, err := s.pass(stop)
	if a.Regs = regs; a.Signal == nil && faulted(e) {
		a.Signal, a.Info = &e.Signal, e.Info
	}
	return a, err
}

// siAddr is where siginfo_t has the address that a fault is about.
const siAddr = 16

// relocate has a fault that is about the copy, as SIGFPE and SIGILL are about their instruction,
// be about the original.
func relocate(e *trace.SignalStop, c *copied) {
	if !faulted(e) || len(e.Info) < siAddr+8 {
		return
	}
	if pc, ok := c.moved.Origin(abi.Addr(binary.NativeEndian.Uint64(e.Info[siAddr:]))); ok {
		binary.NativeEndian.PutUint64(e.Info[siAddr:], uint64(pc))
	}
}

// raisedAgain notes that a copied instruction has raised a signal. If it was taken for one that
// is tried again, the breakpoints hear of it now.
func (s *Set) raisedAgain(stop *trace.Stop, c *copied, regs *abi.Regs) error {
	p, sp := s.passes(stop.Task), s.spaces[stop.Task]
	retried := p.retries
	p.retries = false
	p.comesAgain(regs)
	if at := sp.at(c.site); retried && at.site != nil {
		_, err := s.tell(stop, sp, at, regs)
		return err
	}
	return nil
}

// faulted reports whether a signal was raised by the instruction that the task runs.
func faulted(e *trace.SignalStop) bool {
	switch e.Signal {
	case syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL, syscall.SIGTRAP:
		return siCode(e) > 0
	}
	return false
}

// trap handles the end of a single step, in which something watched may have been used.
func (s *Set) trap(stop *trace.Stop) (trace.Action, error) {
	mode, _, err := s.watched(stop)
	if err != nil {
		return trace.Action{}, err
	}
	a, err := s.stepped(stop)
	a.Mode = max(a.Mode, mode)
	return a, err
}

// stepped handles the end of a single step: signals that were withheld are delivered, one
// after the other.
func (s *Set) stepped(stop *trace.Stop) (trace.Action, error) {
	p := s.passing[stop.Task]
	if p != nil && p.enters {
		return s.entered(stop, p)
	}
	if p == nil || p.copied == nil && len(p.withheld) == 0 {
		return s.stepDone(stop, trace.Action{})
	}
	var a trace.Action
	if c := p.copied; c != nil {
		p.copied = nil
		regs, err := stop.Task.Regs()
		if err != nil {
			return a, nil // it is dying
		}
		if c.moved.Restore(&regs) && regs.PC() == c.site {
			p.comesAgain(&regs)
		}
		a.Regs = &regs
	}
	if len(p.withheld) > 0 {
		next := p.withheld[0]
		p.withheld = p.withheld[1:]
		a.Signal, a.Info = &next.signal, next.info
	}
	if len(p.withheld) > 0 {
		a.Mode = trace.Step
		return a, nil
	}
	return s.stepDone(stop, a)
}

// ownTrap has a task whose program gets a SIGTRAP of its own stop where its handler for that begins.
// There SIGTRAP is blocked, and the kernel would take the handler away at a breakpoint in it.
func (s *Set) ownTrap(stop *trace.Stop, e *trace.SignalStop, a trace.Action) trace.Action {
	if e.Signal == syscall.SIGTRAP && a.Signal == nil && a.Mode == trace.Default && s.spaces[stop.Task] != nil && !s.left {
		a.Mode = trace.Step
		s.passes(stop.Task).enters = true
	}
	return a
}

// entered lets a handler for SIGTRAP have breakpoints.
func (s *Set) entered(stop *trace.Stop, p *passing) (trace.Action, error) {
	p.enters = false
	if e, ok := stop.Event.(*trace.Trap); ok && e.InHandler() {
		stop.Task.Unblock(syscall.SIGTRAP) // it is dying if that fails
	}
	return trace.Action{}, nil
}
