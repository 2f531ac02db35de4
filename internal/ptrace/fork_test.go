package ptrace

import (
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
)

// launched forks a child with pipes for standard output and error, seizes it in
// front of its gate and opens that. It returns what the child wrote to the two, and
// how it ended.
func launched(t *testing.T, l Launch) (out, errs string, end Status) {
	t.Helper()
	gate, key := pipe(t)
	outRead, outWrite := pipe(t)
	errRead, errWrite := pipe(t)
	l.Gate, l.GateOther = int(gate.Fd()), int(key.Fd())
	l.Files = [3]int{0, int(outWrite.Fd()), int(errWrite.Fd())}
	child, err := Fork(&l)
	must(t, err)
	outWrite.Close()
	errWrite.Close()
	end = letGo(t, child, key)
	return readAll(t, outRead), readAll(t, errRead), end
}

// letGo seizes a child in front of its gate, opens that and returns how the child
// ended. It withholds the SIGSTOP that says that the execve is next.
func letGo(t *testing.T, child *Child, key *os.File) Status {
	t.Helper()
	must(t, Seize(child.PID, OptSysGood|OptExitKill|OptExec))
	_, err := key.Write([]byte{0})
	must(t, err)
	for {
		s := runUntil(t, func(s Status) bool { return !s.Stopped() || s.StopSignal() == syscall.SIGSTOP })
		if !s.Stopped() {
			return s
		}
		must(t, Cont(s.PID, 0))
	}
}

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	must(t, err)
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}

func readAll(t *testing.T, r io.Reader) string {
	t.Helper()
	text, err := io.ReadAll(r)
	must(t, err)
	return string(text)
}

func TestFork(t *testing.T) {
	onThread(t, func() {
		out, errs, end := launched(t, Launch{
			Path: "/bin/sh", Args: []string{"name", "-c", "echo $0 $X; pwd; echo bad >&2; exit 7"},
			Env: []string{"X=5"}, Dir: "/",
		})
		if out != "name 5\n/\n" || errs != "bad\n" || end.ExitCode() != 7 {
			t.Errorf("wrote %q and %q, ended as %+v", out, errs, end)
		}
	})
}

func TestForkAsUser(t *testing.T) {
	user := &syscall.Credential{Uid: uint32(os.Geteuid()), Gid: uint32(os.Getegid()), NoSetGroups: true}
	groups := ""
	if os.Geteuid() == 0 {
		user, groups = &syscall.Credential{Uid: 65534, Gid: 65533, Groups: []uint32{65533, 65532}}, "65533 65532"
	}
	onThread(t, func() {
		out, _, end := launched(t, Launch{
			Path: "/bin/sh", Args: []string{"sh", "-c", "id -u; id -g; id -G"}, Env: os.Environ(), Credential: user,
		})
		if want := fmt.Sprintf("%d\n%d\n%s", user.Uid, user.Gid, groups); !strings.HasPrefix(out, want) || end.ExitCode() != 0 {
			t.Errorf("ran as %q, want %q; ended as %+v", out, want, end)
		}
	})
}

func TestForkFails(t *testing.T) {
	onThread(t, func() {
		if _, _, end := launched(t, Launch{Path: "/nonexistent"}); !end.Exited() || end.ExitCode() != 1 {
			t.Errorf("without a program: %+v", end)
		}
		if _, _, end := launched(t, Launch{Path: "/bin/true", Dir: "/nonexistent"}); end.ExitCode() != int(syscall.ENOENT) {
			t.Errorf("without a directory: %+v", end)
		}
		for _, l := range []Launch{{Path: "a\x00"}, {Args: []string{"\x00"}}, {Env: []string{"\x00"}}, {Dir: "\x00"}} {
			_, err := Fork(&l)
			refused(t, err, syscall.EINVAL)
		}
	})
}

// TestForkWithoutTracer closes the gate instead of opening it.
func TestForkWithoutTracer(t *testing.T) {
	onThread(t, func() {
		gate, key := pipe(t)
		child, err := Fork(&Launch{Path: "/bin/true", Files: [3]int{0, 1, 2}, Gate: int(gate.Fd()), GateOther: int(key.Fd())})
		must(t, err)
		key.Close()
		if s := waitFor(t, child.PID); !s.Exited() || s.ExitCode() != int(syscall.ESRCH) {
			t.Errorf("ended as %+v", s)
		}
	})
}

// TestForkSwapsFiles gives the child our standard output as its input and the
// reverse.
func TestForkSwapsFiles(t *testing.T) {
	onThread(t, func() {
		gate, key := pipe(t)
		child, err := Fork(&Launch{
			Path: "/bin/sh", Args: []string{"sh", "-c", "test /proc/self/fd/0 -ef /proc/$PPID/fd/1 && test /proc/self/fd/1 -ef /proc/$PPID/fd/0"},
			Files: [3]int{1, 0, 2}, Gate: int(gate.Fd()), GateOther: int(key.Fd()),
		})
		must(t, err)
		if s := letGo(t, child, key); s.ExitCode() != 0 {
			t.Errorf("ended as %+v", s)
		}
	})
}
