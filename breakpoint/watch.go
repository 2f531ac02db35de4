package breakpoint

import (
	"errors"
	"fmt"
	"slices"

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
// instruction, by the four pairs of debug registers of the processor. What the kernel does on the
// program's behalf, as read(2) does, is not seen.
type Watch struct {
	Addr   abi.Addr
	Size   int
	Access Access
	// Hit is called with the place of the instruction that has used the memory and, but for
	// Executes, the registers behind it.
	Hit func(*Hit) (trace.Mode, error)
}

// A register is what a debug register watches: a part of a Watch that begins at a multiple of its
// size, which is 1, 2, 4 or 8.
type register struct {
	watch *Watch
	addr  abi.Addr
	size  int
}

// registers are all of a space's.
type registers [slots]register

// slots is how many places a processor can watch.
const slots = 4

// Debug registers: DR6 says what was hit, DR7 what is watched.
const (
	status  = 6
	control = 7
)

// Why memory cannot be watched.
var (
	ErrWatches  = errors.New("the processor's four debug registers are taken: leave out another watch")
	ErrTooLarge = errors.New("that takes more than the processor's four debug registers, of 8 aligned bytes each: watch a member or an element of it")
)

// Watch watches memory of a task's process, in all of its threads, also new ones. It is over when
// the process executes another program, and not inherited by what fork(2) makes: see Set.Loaded.
// Only from Hit, Loaded and posted functions.
func (s *Set) Watch(task *trace.Task, w *Watch) error {
	sp := s.spaces[task]
	if sp == nil {
		return fmt.Errorf("breakpoint: watch %s in %d: it is not traced", w.Addr, task.TID())
	}
	was := sp.registers
	err := sp.registers.take(w)
	if err == nil {
		err = sp.arm(task)
	}
	if err != nil {
		sp.registers = was
		return fmt.Errorf("watch %d bytes at %s: %w", w.Size, w.Addr, err)
	}
	s.rearm(task)
	return nil
}

// Unwatch ends a Watch in a task's process.
func (s *Set) Unwatch(task *trace.Task, w *Watch) error {
	sp := s.spaces[task]
	if sp == nil || !sp.registers.release(w) {
		return nil
	}
	s.rearm(task)
	return sp.arm(task)
}

// watching reports whether anything is watched in the space.
func (sp *space) watching() bool { return sp.registers != registers{} }

// take has registers that are free watch what a Watch does.
func (all *registers) take(w *Watch) error {
	need := w.parts()
	if len(need) > slots {
		return ErrTooLarge
	}
	for i := range all {
		if all[i].watch == nil && len(need) > 0 {
			all[i], need = need[0], need[1:]
		}
	}
	if len(need) > 0 {
		return ErrWatches
	}
	return nil
}

// release frees the registers of a Watch, and reports whether there were any.
func (all *registers) release(w *Watch) (had bool) {
	for i := range all {
		if all[i].watch == w {
			all[i], had = register{}, true
		}
	}
	return had
}

// parts are what registers can watch of a Watch; one too many if it is too large.
func (w *Watch) parts() (all []register) {
	if w.Access == Executes {
		return []register{{w, w.Addr, 1}}
	}
	addr, left := w.Addr, w.Size
	for left > 0 && len(all) <= slots {
		n := 8
		for n > left || addr%abi.Addr(n) != 0 {
			n /= 2
		}
		all = append(all, register{w, addr, n})
		addr, left = addr+abi.Addr(n), left-n
	}
	return all
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
	if s.unarmed[task] {
		delete(s.unarmed, task)
		sp := s.spaces[task]
		s.report(sp, sp.arm(task))
	}
}

// arm sets a task's debug registers.
func (sp *space) arm(task *trace.Task) error {
	if err := task.SetDebugReg(control, 0); err != nil {
		return err
	}
	var enable uint64
	for i, r := range sp.registers {
		if r.watch == nil {
			continue
		}
		if err := task.SetDebugReg(i, uint64(r.addr)); err != nil {
			return err
		}
		enable |= 1<<(2*i) | r.bits()<<(16+4*i)
	}
	return task.SetDebugReg(control, enable)
}

// bits are the access and size that a register watches, as DR7 has them.
func (r *register) bits() uint64 {
	size := map[int]uint64{1: 0, 2: 1, 4: 3, 8: 2}[r.size]
	return size<<2 | uint64(r.watch.Access)
}

// trapHWBkpt is the si_code of a SIGTRAP by a debug register.
const trapHWBkpt = 4

// watched handles a SIGTRAP that a debug register, or a single step, has raised. It reports false
// if none of ours has.
func (s *Set) watched(stop *trace.Stop) (mode trace.Mode, ours bool, err error) {
	sp := s.spaces[stop.Task]
	if sp == nil || !sp.watching() {
		return mode, false, nil
	}
	raised, err := stop.Task.DebugReg(status)
	if err != nil || raised&(1<<slots-1) == 0 {
		return mode, false, nil
	}
	stop.Task.SetDebugReg(status, 0)
	regs, err := stop.Task.Regs()
	if err != nil {
		return mode, true, nil // it is dying
	}
	for _, w := range sp.registers.hit(raised) {
		if s.left {
			continue
		}
		m, err := w.Hit(sp.used(stop, w, regs))
		if mode = max(mode, m); err != nil {
			return mode, true, err
		}
	}
	return mode, true, nil
}

// hit returns the watches of registers that have raised a signal, each of them once.
func (all *registers) hit(raised uint64) (hit []*Watch) {
	for i, r := range all {
		if r.watch != nil && raised&(1<<i) != 0 && !slices.Contains(hit, r.watch) {
			hit = append(hit, r.watch)
		}
	}
	return hit
}

// used is the Hit of a Watch.
func (sp *space) used(stop *trace.Stop, w *Watch, regs abi.Regs) *Hit {
	addr := regs.PC()
	if c := sp.copyAt(addr); c != nil && c.moved.Restore(&regs) {
		addr = c.site
	} else if w.Access != Executes {
		addr = sp.doer(&regs, w)
	}
	return sp.hit(stop.Task, addr, &regs, stop.Time)
}

// disarm takes the watches off a task that is about to be left.
func (sp *space) disarm(task *trace.Task) {
	if sp.watching() {
		task.SetDebugReg(control, 0)
	}
}
