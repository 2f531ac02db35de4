package trace_test

import (
	"testing"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/trace"
)

// A thread of the kernel that works for a process is not stopped, since that would break off
// its work.
func TestAttachLeavesWorkers(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "ringworker"))
	if p.Await("ringworker: %d") == 0 {
		fixture.LeaveOut(t, "no io_uring")
	}
	var tids []int
	for len(tids) < 2 {
		tids = tasks(t, p.PID())
	}
	for _, tid := range tids {
		fixture.AwaitState(t, tid, "S")
	}
	l := attach(t, everything, p.PID())
	p.Tell()
	l.run(nil)
	wants(t, p.Finish(), "ringworker: open returned")
	if all := of[*trace.Attached](l.tape); len(all) != 1 || all[0].tid != p.PID() {
		t.Errorf("attached to %v", all)
	}
}
