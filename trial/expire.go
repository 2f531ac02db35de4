package trial

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/trace"
)

// expire ends the run; over says that it took too long.
func (r *recorder) expire(over bool) {
	r.killing, r.result.TimedOut = true, over
	for t := range r.tracer.Tasks {
		r.result.Stuck = append(r.result.Stuck, r.doing(t))
	}
	slices.Sort(r.result.Stuck)
	for t := range r.tracer.Tasks {
		t.Kill(syscall.SIGKILL)
	}
}

// doing says what a task is doing: its call as far as it goes, or that it computes.
func (r *recorder) doing(t *trace.Task) string {
	comm, _ := procfs.Comm(t.TID())
	what := "is running, in no call"
	if said := r.texts[t.TID()]; said != nil && len(said.text) > 0 {
		what = "is in " + string(said.text) + " <unfinished ...>"
	} else if call := waiting(t.TID()); call != "" {
		what = "is in " + call
	}
	return fmt.Sprintf("thread %d of process %d (%s) %s", t.TID(), t.TGID(), comm, what)
}

// waiting is where in the kernel a task sleeps whose call is not recorded; empty when it
// does not, or only because a stop of ours interrupts it.
func waiting(tid int) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/wchan", tid))
	if s := strings.TrimSpace(string(text)); err == nil && s != "0" && s != "ptrace_stop" {
		return s
	}
	return ""
}
