package breakpoint

import (
	"errors"
	"fmt"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/trace"
)

// An Access is what a Watch stops.
type Access uint8

// The accesses, as DR7 has them.
const (
	Executes Access = 0
	Writes   Access = 1
	Uses     Access = 3 // reads or writes
)

// A Watch stops the tasks of a process when they have used memory, or are about to execute an
// instruction, by one of the four pairs of debug registers of the processor.
type Watch struct {
	Addr   abi.Addr
	Size   int // 1, 2, 4 or 8; Addr is a multiple of it
	Access Access
	Hit    func(*trace.Stop, *Watch) (trace.Mode, error)
	slot   int
}

// slots is how many places a processor can watch.
const slots = 4

// Debug registers: DR6 says what was hit, DR7 what is watched.
const (
	status  = 6
	control = 7
)

// ErrWatches says that the processor watches as much as it can.
var ErrWatches = errors.New("breakpoint: the processor watches no more than four places")

// Watch watches memory of a task's process, in all of its threads, also new ones. It is over
// when the process executes another program. Only from Hit and posted functions.
func (s *Set) Watch(task *trace.Task, w *Watch) error {
	sp := s.spaces[task]
	if sp == nil {
		return fmt.Errorf("breakpoint: watch %s in %d: it is not traced", w.Addr, task.TID())
	}
	for w.slot = 0; w.slot < slots && sp.watches[w.slot] != nil; w.slot++ {
	}
	if w.slot == slots {
		return ErrWatches
	}
	sp.watches[w.slot] = w
	if err := sp.arm(task); err != nil {
		sp.watches[w.slot] = nil
		return fmt.Errorf("breakpoint: watch %d bytes at %s: %w", w.Size, w.Addr, err)
	}
	s.rearm(task)
	return nil
}

// Unwatch ends a Watch.
func (s *Set) Unwatch(task *trace.Task, w *Watch) error {
	sp := s.spaces[task]
	if sp == nil || sp.watches[w.slot] != w {
		return nil
	}
	sp.watches[w.slot] = nil
	s.rearm(task)
	return sp.arm(task)
}

// rearm has the other tasks of a task's space stop, to be armed anew.
func (s *Set) rearm(task *trace.Task) {
	for _, other := range s.others(task) {
		s.unarmed[other] = true
		other.Interrupt()
	}
}

// armed sees to it that a task that has stopped watches what its space does.
func (s *Set) armed(task *trace.Task) {
	sp := s.spaces[task]
	if sp != nil && s.unarmed[task] {
		delete(s.unarmed, task)
		s.report(sp, sp.arm(task))
	}
}

// arm sets a task's debug registers.
func (sp *space) arm(task *trace.Task) error {
	if err := task.SetDebugReg(control, 0); err != nil {
		return err
	}
	var enable uint64
	for i, w := range sp.watches {
		if w == nil {
			continue
		}
		if err := task.SetDebugReg(i, uint64(w.Addr)); err != nil {
			return err
		}
		enable |= 1<<(2*i) | w.bits()<<(16+4*i)
	}
	return task.SetDebugReg(control, enable)
}

// bits are the access and size of a watch, as DR7 has them.
func (w *Watch) bits() uint64 {
	size := map[int]uint64{1: 0, 2: 1, 4: 3, 8: 2}[w.Size]
	if w.Access == Executes {
		size = 0
	}
	return size<<2 | uint64(w.Access)
}

// trapHWBkpt is the si_code of a SIGTRAP by a debug register.
const trapHWBkpt = 4

// watched handles a SIGTRAP that a debug register has raised. It reports false for one that is
// not ours.
func (s *Set) watched(stop *trace.Stop, e *trace.SignalStop, sp *space) (a trace.Action, ours bool, err error) {
	hit, err := stop.Task.DebugReg(status)
	if err != nil {
		return a, false, nil
	}
	for i, w := range sp.watches {
		if w == nil || hit&(1<<i) == 0 {
			continue
		}
		ours = true
		mode, err := w.Hit(stop, w)
		if a.Mode = max(a.Mode, mode); err != nil {
			return trace.Action{Signal: &none}, true, err
		}
	}
	if ours {
		a.Signal = &none
		stop.Task.SetDebugReg(status, 0)
	}
	return a, ours, nil
}

// disarm takes the watches off a task that is about to be left.
func (sp *space) disarm(task *trace.Task) {
	if sp.watches != [slots]*Watch{} {
		task.SetDebugReg(control, 0)
	}
}
