package live_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/trapline/trapline/internal/fixture"
)

// A tracer is a trapline that is attached to a program.
type tracer struct {
	t    *testing.T
	cmd  *exec.Cmd
	said *bufio.Reader
	file string
}

// attach attaches to programs and returns when all are traced.
func attach(t *testing.T, pids ...int) *tracer {
	t.Helper()
	r := &tracer{t: t, file: filepath.Join(t.TempDir(), "trace")}
	args := []string{"trace", "-f", "-o", r.file}
	for _, pid := range pids {
		args = append(args, "-p", strconv.Itoa(pid))
	}
	r.cmd = exec.CommandContext(t.Context(), binary, args...)
	stderr, err := r.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	r.said = bufio.NewReader(stderr)
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range pids {
		if line, err := r.said.ReadString('\n'); err != nil || !strings.Contains(line, " attached") {
			t.Fatalf("trapline said %q, %v", line, err)
		}
	}
	return r
}

// end ends the tracer by a signal and returns the trace.
func (r *tracer) end(sig syscall.Signal) string {
	r.t.Helper()
	r.cmd.Process.Signal(sig)
	return r.wait()
}

func (r *tracer) wait() string {
	r.t.Helper()
	io.Copy(io.Discard, r.said)
	r.cmd.Wait()
	text, err := os.ReadFile(r.file)
	if err != nil {
		r.t.Fatal(err)
	}
	return string(text)
}

// blocked starts a program that is blocked in a call.
func blocked(t *testing.T, call string) *fixture.Process {
	t.Helper()
	p := fixture.Start(t, fixture.Build(t, "blocked"), call)
	p.Await("blocked: %d in " + call)
	p.AwaitState("S")
	return p
}

// calls lists the ways to block.
func calls(t *testing.T) []string {
	t.Helper()
	return strings.Fields(run(t, fixture.Build(t, "blocked")).out)
}

// settle waits until a program that was blocked, and has then been attached to, is blocked again. It
// goes to sleep once in the stop that attaching causes and once more in its call.
func settle(t *testing.T, p *fixture.Process, before int) {
	t.Helper()
	for switches(t, p.PID()) < before+2 {
		runtime.Gosched()
	}
	p.AwaitState("S")
}

var switched = regexp.MustCompile(`(?m)^voluntary_ctxt_switches:\t(\d+)`)

// switches counts how often a task has gone to sleep.
func switches(t *testing.T, tid int) int {
	t.Helper()
	status, err := os.ReadFile("/proc/" + strconv.Itoa(tid) + "/status")
	if err != nil {
		t.Fatal(err)
	}
	n, _ := strconv.Atoi(string(switched.FindSubmatch(status)[1]))
	return n
}

// Attaching and detaching causes no EINTR, loses no wake-up and no signal, however the tracer ends. When it
// is killed before it has seen the stop that attaching causes, nobody can repair the calls that the
// kernel ends with EINTR then: docs/LIMITS.md.
func TestAttach(t *testing.T) {
	for _, call := range calls(t) {
		for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGKILL} {
			t.Run(call+" "+sig.String(), func(t *testing.T) {
				p := blocked(t, call)
				for range 3 {
					before := switches(t, p.PID())
					r := attach(t, p.PID())
					if sig == syscall.SIGKILL {
						settle(t, p, before)
					}
					r.end(sig)
					p.AwaitState("S")
				}
				p.Tell()
				if out := p.Finish(); !strings.Contains(out, "blocked: 0 spurious") {
					t.Errorf("the program said:\n%s", out)
				}
			})
		}
	}
}

// A program that is traced while it is released shows the end of the call it was blocked in.
func TestAttachedEnd(t *testing.T) {
	for _, call := range calls(t) {
		t.Run(call, func(t *testing.T) {
			p := blocked(t, call)
			r := attach(t, p.PID())
			p.AwaitState("S")
			p.Tell()
			if out := p.Finish(); !strings.Contains(out, "blocked: 0 spurious") {
				t.Errorf("the program said:\n%s", out)
			}
			if text := r.wait(); !strings.Contains(text, "+++ exited with 0 +++") {
				t.Errorf("the trace:\n%s", text)
			}
		})
	}
}

// A stopped program stays stopped, before, during and after, and SIGCONT works at each time.
func TestAttachStopped(t *testing.T) {
	p := blocked(t, "read")
	syscall.Kill(p.PID(), syscall.SIGSTOP)
	p.AwaitState("T")
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGKILL} {
		attach(t, p.PID()).end(sig)
		p.AwaitState("T")
	}
	r := attach(t, p.PID())
	syscall.Kill(p.PID(), syscall.SIGCONT)
	p.AwaitState("S")
	text := r.end(syscall.SIGINT)
	if !strings.Contains(text, "--- stopped by SIGSTOP ---") || !strings.Contains(text, "--- SIGCONT {") {
		t.Errorf("the trace:\n%s", text)
	}
	p.AwaitState("S")
	p.Tell()
	if out := p.Finish(); !strings.Contains(out, "blocked: 0 spurious") {
		t.Errorf("the program said:\n%s", out)
	}
}

// A vfork parent cannot stop until its child has gone; detaching must not wait for that.
func TestAttachVfork(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL} {
		p := fixture.Start(t, fixture.Build(t, "vforkwait"))
		parent := p.Await("vforkwait: %d")
		child := p.Await("vforkwait: child %d")
		fixture.AwaitState(t, parent, "D")
		attach(t, parent).end(sig)
		attach(t, child).end(sig)
		attach(t, parent, child).end(sig)
		p.Tell()
		if out := p.Finish(); !strings.Contains(out, "vforkwait: child exited 4") {
			t.Errorf("%v: the program said:\n%s", sig, out)
		}
	}
}

// However busy a program is when it is killed, the tracer sees its end.
func TestKillAttached(t *testing.T) {
	for range 20 {
		p := fixture.Start(t, fixture.Build(t, "killme"))
		pid := p.Await("killme: %d")
		r := attach(t, pid)
		syscall.Kill(pid, syscall.SIGKILL)
		p.Finish()
		if text := r.wait(); !strings.Contains(text, "+++ killed by SIGKILL +++") {
			t.Errorf("the trace ends:\n%s", text[max(0, len(text)-1000):])
		}
	}
}
