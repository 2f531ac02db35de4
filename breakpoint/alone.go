package breakpoint

import "github.com/trapline/trapline/trace"

// alone lets a task pass a breakpoint whose instruction can neither be emulated nor copied: the
// others are stopped while it runs in its place.
func (s *Set) alone(task *trace.Task, sp *space, at place, a trace.Action) (trace.Action, error) {
	if err := task.SetRegs(a.Regs); err != nil {
		return trace.Action{Mode: trace.Hold}, nil // it is dying
	}
	ran, err := task.Alone(s.others(task),
		func() error { return sp.write(at, at.site.first) },
		func() error { return sp.write(at, trapByte) })
	if !ran {
		s.passes(task).comesAgain(a.Regs)
		a.Mode = trace.Hold
	}
	a.Regs = nil
	return a, err
}
