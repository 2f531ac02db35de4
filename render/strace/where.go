package strace

import (
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/trace"
)

// fits reports whether the call meets the conditions that are asked for, as far as its entry
// tells. When only the exit tells, the call waits for that.
func (o *Observer) fits(s *trace.Stop, e *trace.SyscallEnter, l *line) bool {
	l.waiting = false
	if o.o.Where == nil {
		return true
	}
	if l.look == nil {
		l.look = &filter.Look{}
	}
	l.look.TID, l.look.PID = s.Task.TID(), s.Task.TGID()
	verdict := o.o.Where.Enter(l.look, e.Call, s.Task)
	l.waiting = verdict == filter.Later
	return verdict != filter.No
}

// fitted reports whether a call that has waited meets the conditions. If not there was
// nothing to see.
func (o *Observer) fitted(s *trace.Stop, e *trace.SyscallExit, l *line) bool {
	l.waiting = !o.o.Where.Leave(l.look, e.Result, s.Time.Sub(l.entered), s.Task)
	if !l.waiting {
		return true
	}
	if l.open {
		o.printer.close(l, statusOf(e.Result))
	}
	l.pick = nil
	return false
}
