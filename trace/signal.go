package trace

import (
	"syscall"

	"github.com/trapline/trapline/internal/ptrace"
)

const siginfoSize = ptrace.SigInfoSize

// signalStop handles a signal-delivery-stop. Under PTRACE_SEIZE group-stops are
// told apart by their event, so everything else is a signal.
func (t *Tracer) signalStop(task *Task, sig syscall.Signal) {
	info := t.siginfo[:]
	if err := ptrace.GetSigInfo(task.tid, info); err != nil {
		if ptrace.Gone(err) {
			return
		}
		info = nil
	} else if siginfoSignal(info) != sig {
		return // overtaken
	} else {
		t.disown(task, info)
	}
	t.joined(task)
	if sig == syscall.SIGTRAP && task.mode == Step && steppedBy(info) {
		t.report(task, &Trap{Info: info}, 0)
		return
	}
	if task.launching != launched {
		t.launchSignal(task, sig)
		return
	}
	t.signal = SignalStop{Signal: sig, Info: info}
	t.report(task, &t.signal, sig)
}

// The si_code values of SIGTRAP that a single step raises. One with a signal ends where the handler
// of that begins, with an si_code as if a tracer had sent it.
const (
	trapBrkpt = 1
	trapTrace = 2
	inHandler = int32(syscall.SIGTRAP)
)

// steppedBy says whether SIGTRAP's siginfo is that of a single step.
func steppedBy(info []byte) bool {
	if len(info) < siginfoSize {
		return false
	}
	code := siginfoCode(info)
	return code == trapBrkpt || code == trapTrace || code == inHandler
}

// trapStop handles PTRACE_EVENT_STOP: the first stop of a new task, a group-stop,
// the end of one, or the answer to PTRACE_INTERRUPT.
func (t *Tracer) trapStop(task *Task, s ptrace.Status) {
	if task.attached || task.halted {
		t.joined(task)
		task.halted = false
		t.attachStop(task, s)
	}
	if task.launching != launched {
		t.resume(task, task.launchMode(), 0)
		return
	}
	var e Event
	switch {
	case s.GroupStop():
		task.grouped = true
		e = &GroupStop{Signal: s.StopSignal()}
	case task.asked:
		e = &Interrupted{}
	default:
		t.resume(task, task.mode, 0)
		return
	}
	a := t.deliver(task, e)
	t.apply(task, &a)
	t.resume(task, max(task.mode, a.Mode), 0)
}
