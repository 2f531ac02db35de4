package trace

import "github.com/trapline/trapline/internal/ptrace"

// apply makes the changes an action asks for, all but the resuming.
func (t *Tracer) apply(task *Task, a *Action) {
	for _, w := range a.Writes {
		if _, err := task.WriteMem(w.Data, w.Addr); t.failed(err) {
			return
		}
	}
	if a.Regs != nil {
		t.failed(ptrace.SetRegs(task.tid, a.Regs))
	}
	if a.Info != nil {
		t.failed(ptrace.SetSigInfo(task.tid, a.Info))
	}
	switch {
	case a.Call != nil || a.Return != nil:
		t.failed(task.replaceCall(a))
	case task.isReplaced() && !task.inCall:
		t.failed(task.endReplacement(a))
	case a.Result != nil:
		t.failed(task.setResult(a.Result))
	}
}
