package capture_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/trapline/trapline/capture"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/procfs"
)

// takeThis is the environment variable by which a test has itself run anew, to take a process
// and to say what comes of it.
const takeThis = "CAPTURE_TAKE"

func TestMain(m *testing.M) {
	pid, err := strconv.Atoi(os.Getenv(takeThis))
	if err != nil {
		os.Exit(m.Run())
	}
	c, err := capture.Take(pid, capture.Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(len(c.Threads), "threads")
}

// refused checks that a process cannot be taken, and what is said.
func refused(t *testing.T, pid int, want string) {
	t.Helper()
	c, err := capture.Take(pid, capture.Options{Deadline: 50 * time.Millisecond})
	if err == nil {
		c.Close()
	}
	if want = fmt.Sprintf("capture: process %d: %s", pid, want); err == nil || err.Error() != want {
		t.Errorf("error %v\nwant  %s", err, want)
	}
}

func TestRefusals(t *testing.T) {
	zombie := exec.Command("true")
	if err := zombie.Start(); err != nil {
		t.Fatal(err)
	}
	fixture.AwaitState(t, zombie.Process.Pid, "Z")
	refused(t, zombie.Process.Pid, "it has ended and waits for its parent to notice")
	zombie.Wait()
	refused(t, zombie.Process.Pid, "there is no such process")
	refused(t, os.Getpid(), "a process cannot take its own stacks")
}

func TestKernelThread(t *testing.T) {
	const kthreadd = 2
	if s, err := procfs.Stat(kthreadd); err != nil || s.Flags&procfs.KernelThread == 0 {
		fixture.LeaveOut(t, "no kernel threads in this pid namespace")
	}
	refused(t, kthreadd, "it is a kernel thread, which has no stack of its own in user space")
}

// elsewhere traces a task on a thread of its own, until end is called or the test has ended.
func elsewhere(t *testing.T, tid int) (end func()) {
	t.Helper()
	thread := ptrace.StartThread()
	thread.Do(func() {
		if err := ptrace.Seize(tid, 0); err != nil {
			t.Error(err)
		}
	})
	end = sync(func() { thread.End(true) })
	t.Cleanup(end)
	return end
}

// A process that is traced already is refused, by a name that one can end; of one thread that
// is, this is said.
func TestTracedByAnother(t *testing.T) {
	p := blocked(t, "read")
	tids, _ := procfs.Tasks(p.PID())
	other := tids[0]
	if other == p.PID() {
		other = tids[1]
	}
	defer elsewhere(t, other)()
	why := fmt.Sprintf("operation not permitted: it is traced by process %d (%s); end that one first", os.Getpid(), strings.Join(os.Args, " "))
	c := take(t, p.PID(), capture.Options{})
	for i := range c.Threads {
		th, want := &c.Threads[i], "<nil>"
		if th.TID == other {
			want = fmt.Sprintf("ptrace: seize %d: %s", other, why)
		}
		if got := fmt.Sprint(th.Err); got != want {
			t.Errorf("error %s\nwant  %s", got, want)
		}
	}
	defer elsewhere(t, p.PID())()
	refused(t, p.PID(), fmt.Sprintf("ptrace: seize %d: %s", p.PID(), why))
}

// A thread executes a program, and that cannot end, because another tracer does not collect the
// other thread. Nobody waits for it longer than until the deadline.
func TestExecThatDoesNotEnd(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "execheld"))
	other := p.Await("execheld: other %d")
	thread := p.Await("execheld: thread %d")
	end := elsewhere(t, other)
	p.Tell()
	fixture.AwaitState(t, thread, "D")
	refused(t, p.PID(), "it is executing a program and does not get to the end of that; try again")
	end()
	wants(t, p.Finish(), "execheld: executed")
}

// public copies a program to where anybody may run it.
func public(t *testing.T, program string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "capture") // a test's own is for its user only
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	name := filepath.Join(dir, "program")
	raw, err := os.ReadFile(program)
	if err = errors.Join(err, os.Chmod(dir, 0o755), os.WriteFile(name, raw, 0o755), os.Chmod(name, 0o755)); err != nil {
		t.Fatal(err)
	}
	return name
}

// taken has a process taken by another of ours, of a user who may nothing, and returns what is
// said.
func taken(t *testing.T, pid int) string {
	t.Helper()
	cmd := exec.Command(public(t, os.Args[0]))
	cmd.Dir, cmd.Env = "/", append(os.Environ(), fmt.Sprintf("%s=%d", takeThis, pid))
	asNobody(cmd)
	out, err := cmd.Output()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	return string(out)
}

// asNobody makes a command one of a user who may nothing, if we may.
func asNobody(cmd *exec.Cmd) {
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
}

// says checks what was said.
func says(t *testing.T, got, format string, args ...any) {
	t.Helper()
	if want := fmt.Sprintf(format, args...); got != want {
		t.Errorf("said %s\nwant %s", got, want)
	}
}

// A process of another user is refused, with what to do.
func TestAnotherUser(t *testing.T) {
	pid := 1
	if os.Geteuid() == 0 {
		pid = reads(t).PID()
	} else if s, err := procfs.Status(pid); err != nil || s.UID.Real != 0 {
		fixture.LeaveOut(t, "no process of another user")
	}
	says(t, taken(t, pid), "capture: process %d: procfs: open /proc/%d/maps: permission denied: "+
		"it belongs to user 0; be that user or root\n", pid, pid)
}

// A process that its user may not look at either is refused, with what to do.
func TestProtected(t *testing.T) {
	cmd := exec.Command(public(t, fixture.Build(t, "undumpable")))
	asNobody(cmd)
	p, err := fixture.StartCommand(t, cmd)
	if err != nil {
		t.Fatal(err)
	}
	pid := p.Await("undumpable: %d")
	says(t, taken(t, pid), "capture: process %d: procfs: open /proc/%d/maps: permission denied: "+
		"it is protected (set-user-ID, another user namespace or not dumpable); be root or have CAP_SYS_PTRACE\n", pid, pid)
}

// A process in namespaces of its own has the ids that it has in ours.
func TestNamespaces(t *testing.T) {
	cmd := exec.Command(fixture.Build(t, "leaderless"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWPID | syscall.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
	}
	p, err := fixture.StartCommand(t, cmd)
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) {
		fixture.LeaveOut(t, "no user namespaces for us")
	} else if err != nil {
		t.Fatal(err)
	}
	if tid := p.Await("leaderless: thread %d"); tid != 2 {
		t.Errorf("the thread has id %d in its namespace, want 2", tid)
	}
	p.AwaitState("Z")
	fixture.AwaitCalls(t, p.PID(), 1)
	c := take(t, p.PID(), capture.Options{})
	all(t, c, 1)
	walkable(t, c)
	if tids, _ := procfs.Tasks(p.PID()); len(c.Threads) != 1 || !slices.Contains(tids, c.Threads[0].TID) {
		t.Errorf("threads %+v, want one of %v", c.Threads, tids)
	}
	p.Tell()
	p.Finish()
}
