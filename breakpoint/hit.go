package breakpoint

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/trace"
)

// trapped handles a task that has come to a site: it tells whom that concerns, and the task
// goes on.
func (s *Set) trapped(stop *trace.Stop, sp *space, at place, regs *abi.Regs) (trace.Action, error) {
	task := stop.Task
	a := trace.Action{Regs: regs, Signal: &none}
	if at.site.own {
		behind := *regs
		behind.SetPC(at.addr + abi.Addr(regs.ABI.BreakAdjust))
		a = trace.Action{Regs: &behind}
	}
	if s.left || s.stopped {
		return a, nil // it will come here again
	}
	if len(at.site.breakpoints) == 0 && !at.site.own {
		return a, sp.overtaken(at)
	}
	if !s.again(task, regs) {
		mode, err := s.tell(stop, sp, at, regs)
		if a.Mode = mode; err != nil {
			return a, err
		}
	}
	if at.site.own {
		return a, nil
	}
	if len(at.site.breakpoints) == 0 {
		return a, sp.write(at, at.site.first)
	}
	if a.Mode == trace.Hold {
		s.held[task] = at.addr
		return a, nil
	}
	return s.goOn(task, sp, at, a)
}

// manyOver is how many breakpoints that are over a space's tasks come to before all such are
// taken out of it.
const manyOver = 16

// overtaken takes out a breakpoint that another process's hit has ended. A child of fork has a
// copy of all that its parent had not come to then, and its siblings have come to many of them.
// One that a thread of the same process has ended meanwhile is out already.
func (sp *space) overtaken(at place) error {
	if traps, err := sp.traps(at); err != nil || !traps {
		return err
	}
	if sp.over++; sp.over%manyOver != 0 {
		return sp.write(at, at.site.first)
	}
	if err := sp.editAll((*site).restoreOver); !gone(err) {
		return err
	}
	return nil
}

// tell tells the breakpoints of a site that a task is there.
func (s *Set) tell(stop *trace.Stop, sp *space, at place, regs *abi.Regs) (mode trace.Mode, err error) {
	for _, b := range at.site.breakpoints {
		s.shown, s.memory = *regs, unplanted{stop.Task, sp}
		s.hit = Hit{
			Task: stop.Task, Breakpoint: b, Addr: at.addr, Regs: &s.shown, Module: at.module,
			Space: sp.image, Memory: &s.memory, Time: stop.Time,
		}
		m, err := b.Hit(&s.hit)
		if err != nil {
			return mode, err
		}
		mode = max(mode, m)
		if b.Once {
			at.site.forget(b)
		}
	}
	return mode, nil
}

// traps says whether there is a breakpoint at a site in the space.
func (sp *space) traps(at place) (bool, error) {
	var b [1]byte
	memory, err := sp.mem()
	if err == nil {
		_, err = memory.ReadAt(b[:], int64(at.addr))
	}
	if gone(err) {
		return false, nil
	}
	return b[0] == trapByte, err
}

// write writes the first byte of a site's instruction.
func (sp *space) write(at place, b byte) error {
	memory, err := sp.mem()
	if err == nil {
		_, err = memory.WriteAt([]byte{b}, int64(at.addr))
	}
	if gone(err) {
		return nil
	}
	return err
}

// unplanted is a task's memory as its program knows it.
type unplanted struct {
	mem.Reader
	space *space
}

// ReadMem implements mem.Reader.
func (u unplanted) ReadMem(p []byte, addr abi.Addr) (int, error) {
	n, err := u.Reader.ReadMem(p, addr)
	u.space.hide(p[:n], addr)
	return n, err
}
