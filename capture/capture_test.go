package capture_test

import (
	"strings"
	"testing"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/capture"
	"github.com/trapline/trapline/internal/fixture"
)

// start starts a fixture that says its process id when it is ready.
func start(t *testing.T, format, name string, args ...string) *fixture.Process {
	t.Helper()
	p := fixture.Start(t, fixture.Build(t, name), args...)
	p.Await(format)
	return p
}

// take takes a process until the test ends. A machine may be so busy that a thread needs
// long to stop.
func take(t *testing.T, pid int, o capture.Options) *capture.Process {
	t.Helper()
	if o.Deadline == 0 {
		o.Deadline = time.Minute
	}
	p, err := capture.Take(pid, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// wants checks that the text a program wrote has a part.
func wants(t *testing.T, text, part string) {
	t.Helper()
	if !strings.Contains(text, part) {
		t.Errorf("no %q in:\n%s", part, text)
	}
}

// All threads of a process are there, with registers, the call each is in and the words at
// its stack pointer; and the process notices nothing.
func TestTakesEveryThread(t *testing.T) {
	const threads, computing = 60, 11
	p := start(t, "crowd: %d here", "crowd", "60")
	for range 3 {
		fixture.AwaitCalls(t, p.PID(), threads-computing) // the last look let them go on
		c := take(t, p.PID(), capture.Options{})
		if len(c.Threads) != threads || c.PID != p.PID() || c.Frozen <= 0 {
			t.Fatalf("%d threads of %d, frozen for %v", len(c.Threads), c.PID, c.Frozen)
		}
		for i := range c.Threads {
			checkThread(t, c, &c.Threads[i])
		}
	}
	p.Tell()
	wants(t, p.Finish(), "crowd: 0 came back")
}

func checkThread(t *testing.T, c *capture.Process, th *capture.Thread) {
	t.Helper()
	if th.Err != nil || th.Regs.ABI != abi.Native || !strings.HasPrefix(th.Name, "crowd") {
		t.Fatalf("thread %+v", th)
	}
	if th.State == 'S' && (th.Call == nil || th.Wchan == "") {
		t.Errorf("a thread that sleeps is in no call: %+v", th)
	}
	var word [8]byte
	for _, addr := range []abi.Addr{th.Regs.SP(), th.Regs.PC()} {
		if _, err := c.Memory.ReadMem(word[:], addr); err != nil {
			t.Errorf("of thread %d: %v", th.TID, err)
		}
	}
}
