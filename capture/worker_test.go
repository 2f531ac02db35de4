package capture_test

import (
	"errors"
	"testing"

	"github.com/trapline/trapline/capture"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/procfs"
)

// A thread of the kernel that works for a process is not stopped, since that would break off
// its work; it is told of.
func TestRingWorker(t *testing.T) {
	p, worker := fixture.Start(t, fixture.Build(t, "ringworker")), 0
	if p.Await("ringworker: %d") == 0 {
		fixture.LeaveOut(t, "no io_uring")
	}
	for tids, _ := procfs.Tasks(p.PID()); worker == 0; tids, _ = procfs.Tasks(p.PID()) {
		for _, tid := range tids {
			if tid != p.PID() {
				worker = tid
			}
		}
	}
	fixture.AwaitState(t, worker, "S")
	for range 3 {
		c := take(t, p.PID(), capture.Options{})
		if len(c.Threads) != 2 {
			t.Errorf("%d threads, want 2", len(c.Threads))
		}
		for _, th := range c.Threads {
			if errors.Is(th.Err, capture.ErrWorker) != (th.TID == worker) {
				t.Errorf("thread %d of %d: %v", th.TID, p.PID(), th.Err)
			}
		}
	}
	p.Tell()
	wants(t, p.Finish(), "ringworker: open returned")
}
