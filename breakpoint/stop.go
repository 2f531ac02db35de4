package breakpoint

import (
	"fmt"
	"slices"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/trace"
)

// Stop has all tasks stop where they are, until Go. A breakpoint that one of them comes to
// meanwhile is told when it goes on. Only from Hit and posted functions.
func (s *Set) Stop() {
	s.stopped = true
	for task := range s.spaces {
		task.Interrupt()
	}
}

// Go lets all tasks go on that Stop or Hit has stopped.
func (s *Set) Go() error {
	s.stopped = false
	for task := range s.spaces {
		if err := s.Release(task, trace.Default); err != nil {
			return err
		}
	}
	return nil
}

// Release lets a task go on that Hit has held, past the breakpoint it is at.
func (s *Set) Release(task *trace.Task, mode trace.Mode) error {
	regs, at := s.heldAt(task)
	if at.site != nil {
		a, err := s.goOn(task, s.spaces[task], at, trace.Action{Regs: regs})
		if err != nil || a.Mode == trace.Hold {
			return err
		}
		if a.Regs != nil {
			if err := task.SetRegs(a.Regs); err != nil {
				return nil // it is dying
			}
		}
	}
	task.Release(mode)
	return nil
}

// heldAt returns where a task is held that has to pass a breakpoint there; without a site for
// one that has not.
func (s *Set) heldAt(task *trace.Task) (regs *abi.Regs, at place) {
	addr, held := s.held[task]
	delete(s.held, task)
	sp := s.spaces[task]
	if !held || sp == nil {
		return nil, place{}
	}
	now, err := task.Regs()
	if err != nil {
		return nil, place{} // it is dying
	}
	if now.PC() == addr {
		if at = sp.at(addr); at.site != nil && (at.site.own || len(at.site.breakpoints) == 0) {
			at.site = nil
		}
	}
	return &now, at
}

// Step runs one instruction of a task that is held, and calls done with the registers behind
// it; the task is held again then. Should the instruction end the program, or be interrupted by
// a breakpoint or by a signal whose handler does, done is not called.
func (s *Set) Step(task *trace.Task, done func(*abi.Regs)) error {
	regs, at := s.heldAt(task)
	s.steps[task] = done
	if at.site == nil {
		task.Release(trace.Step)
		return nil
	}
	sp := s.spaces[task]
	i, err := sp.instruction(at, regs.ABI)
	if err != nil {
		return fmt.Errorf("step %d: %w", task.TID(), err)
	}
	if sp.emulate(task, i, regs) {
		if task.SetRegs(regs) == nil {
			s.stepEnds(task, regs)
		}
		return nil
	}
	c, err := s.copy(task, sp, at, i)
	if err != nil {
		return fmt.Errorf("step %d: %w", task.TID(), err)
	}
	regs.SetPC(c.moved.Addr)
	s.passes(task).copied = c
	if task.SetRegs(regs) == nil {
		task.Release(trace.Step)
	}
	return nil
}

// stepDone handles a single step that nothing else is to be done about: one of Step, or of
// whoever comes next.
func (s *Set) stepDone(stop *trace.Stop, a trace.Action) (trace.Action, error) {
	if s.steps[stop.Task] == nil {
		if a.Regs != nil || a.Signal != nil {
			return a, nil
		}
		return s.pass(stop)
	}
	regs := a.Regs
	if regs == nil {
		now, err := stop.Task.Regs()
		if err != nil {
			return a, nil // it is dying
		}
		regs = &now
	}
	a.Mode = trace.Hold
	s.stepEnds(stop.Task, regs)
	return a, nil
}

// stepEnds notes where a step has led: a breakpoint there is not told of when the task goes on.
func (s *Set) stepEnds(task *trace.Task, regs *abi.Regs) {
	done := s.steps[task]
	delete(s.steps, task)
	s.held[task] = regs.PC()
	done(regs)
}

// Look fills in a Hit for where a task is that has been stopped, without a Breakpoint. It fails
// for a task that runs.
func (s *Set) Look(task *trace.Task) (*Hit, error) {
	sp := s.spaces[task]
	if sp == nil {
		return nil, fmt.Errorf("look at %d: it is not traced", task.TID())
	}
	regs, err := task.Regs()
	if err != nil {
		return nil, err
	}
	addr := regs.PC()
	if c := sp.copyAt(addr); c != nil {
		c.moved.Restore(&regs)
		addr = regs.PC()
	} else if at := addr - abi.Addr(regs.ABI.BreakAdjust); s.atTrap(task, sp, at) {
		regs.SetPC(at)
		addr = at
	}
	return sp.hit(task, addr, &regs, time.Now()), nil
}

// hit is the Hit of a task at an address, without a Breakpoint.
func (sp *space) hit(task *trace.Task, addr abi.Addr, regs *abi.Regs, when time.Time) *Hit {
	return &Hit{
		Task: task, Addr: addr, Regs: regs, Module: sp.image.At(addr), Space: sp.image,
		Memory: unplanted{task, sp}, Time: when,
	}
}

// atTrap reports whether a task has run into a breakpoint that has not been handled.
func (s *Set) atTrap(task *trace.Task, sp *space, addr abi.Addr) bool {
	site := sp.at(addr).site
	return site != nil && !site.own && s.held[task] == 0 && len(site.breakpoints) > 0
}

// others returns the tasks that run in the same memory as one, without it.
func (s *Set) others(task *trace.Task) []*trace.Task {
	return slices.DeleteFunc(s.Tasks(task), func(t *trace.Task) bool { return t == task })
}

// Tasks returns the tasks that run in the same memory as one, by their ids.
func (s *Set) Tasks(of *trace.Task) []*trace.Task {
	var all []*trace.Task
	for task, sp := range s.spaces {
		if sp == s.spaces[of] {
			all = append(all, task)
		}
	}
	slices.SortFunc(all, func(a, b *trace.Task) int { return a.TID() - b.TID() })
	return all
}
