package procfs

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/trapline/trapline/internal/fixture"
)

// start runs a program that waits for its input to end, and returns once it runs.
func start(t *testing.T, name string, arg ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(name, arg...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Wait() })
	return cmd
}

func TestSelf(t *testing.T) {
	pid := os.Getpid()
	exe, err := Exe(pid)
	if err != nil {
		t.Fatal(err)
	}
	if want, _ := os.Executable(); exe != want {
		t.Errorf("Exe = %q, want %q", exe, want)
	}
	args, err := Cmdline(pid)
	if err != nil || !slices.Equal(args, os.Args) {
		t.Errorf("Cmdline = %q, %v, want %q", args, err, os.Args)
	}
	cwd, err := Cwd(pid)
	if want, _ := os.Getwd(); err != nil || cwd != want {
		t.Errorf("Cwd = %q, %v, want %q", cwd, err, want)
	}
	tids, err := Tasks(pid)
	if err != nil || !slices.Contains(tids, pid) || !slices.IsSorted(tids) {
		t.Errorf("Tasks = %v, %v, want them sorted and %d among them", tids, err, pid)
	}
}

// A dead leader counts as long as other threads live.
func TestCountTasks(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "leaderless"))
	p.Await("leaderless: thread %d")
	p.AwaitState("Z")
	if n, err := CountTasks(p.PID()); n != 2 || err != nil {
		t.Errorf("CountTasks = %d, %v, want 2", n, err)
	}
}

func TestFD(t *testing.T) {
	name := filepath.Join(t.TempDir(), "some file")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := FD(os.Getpid(), int(f.Fd())); err != nil || got != name {
		t.Errorf("FD = %q, %v, want %q", got, err, name)
	}
	info, err := FDInfo(os.Getpid(), int(f.Fd()))
	if err != nil || info.Flags&syscall.O_ACCMODE != syscall.O_RDWR || info.Flags&syscall.O_CLOEXEC == 0 || info.MountID == 0 {
		t.Errorf("FDInfo = %+v, %v", info, err)
	}
	os.Remove(name)
	if got, err := FD(os.Getpid(), int(f.Fd())); err != nil || got != name+" (deleted)" {
		t.Errorf("FD after remove = %q, %v", got, err)
	}
}

func TestAppendLinks(t *testing.T) {
	pid := os.Getpid()
	for name, f := range map[string]struct {
		link   func() (string, error)
		append func([]byte) ([]byte, error)
	}{
		"fd":  {func() (string, error) { return FD(pid, 1) }, func(buf []byte) ([]byte, error) { return AppendFD(buf, pid, 1) }},
		"cwd": {func() (string, error) { return Cwd(pid) }, func(buf []byte) ([]byte, error) { return AppendCwd(buf, pid) }},
	} {
		want, err := f.link()
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.append([]byte("3<"))
		if err != nil || string(got) != "3<"+want {
			t.Errorf("%s: %q, %v, want %q", name, got, err, want)
		}
		if n := testing.AllocsPerRun(100, func() { f.append(got[:2]) }); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
	if got, err := AppendFD([]byte("x"), pid, 1<<30); !Gone(err) || string(got) != "x" {
		t.Errorf("no such descriptor: %q, %v", got, err)
	}
}

func TestStatusAndStatAgree(t *testing.T) {
	pid := start(t, "cat").Process.Pid
	status, err := Status(pid)
	if err != nil {
		t.Fatal(err)
	}
	stat, err := Stat(pid)
	if err != nil {
		t.Fatal(err)
	}
	comm, err := Comm(pid)
	if err != nil {
		t.Fatal(err)
	}
	if status.Pid != pid || status.Tgid != pid || status.PPid != os.Getpid() || status.Threads != 1 {
		t.Errorf("Status = %+v", status)
	}
	if stat.PID != pid || stat.PPID != os.Getpid() || stat.Comm != comm || stat.Comm != status.Name || stat.Threads != 1 {
		t.Errorf("Stat = %+v", stat)
	}
	if got := status.NSpid; len(got) == 0 || got[0] != pid {
		t.Errorf("NSpid = %v, want %d first", got, pid)
	}
	if int(status.UID.Effective) != os.Geteuid() {
		t.Errorf("UID = %+v", status.UID)
	}
}

func TestStatusMasks(t *testing.T) {
	cmd := exec.Command("sh", "-c", "trap '' USR1; trap : USR2; echo; cat")
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { in.Close(); cmd.Wait() }()
	if _, err := out.Read(make([]byte, 1)); err != nil { // the traps are set
		t.Fatal(err)
	}
	s, err := Status(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	usr1, usr2 := int(syscall.SIGUSR1), int(syscall.SIGUSR2)
	if !s.SigIgn.Has(usr1) || s.SigCgt.Has(usr1) || s.SigIgn.Has(usr2) || !s.SigCgt.Has(usr2) {
		t.Errorf("ignored %#x, caught %#x", s.SigIgn, s.SigCgt)
	}
}

func TestCPU(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	tid := syscall.Gettid()
	f, err := OpenStat(tid)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cpu, err := f.CPU()
	if err != nil || cpu < 0 {
		t.Errorf("CPU = %d, %v", cpu, err)
	}
	if n := testing.AllocsPerRun(100, func() { f.CPU() }); n != 0 {
		t.Errorf("CPU allocates %v times", n)
	}
	if cpu, err := CPU(tid); err != nil || cpu < 0 {
		t.Errorf("CPU(%d) = %d, %v", tid, cpu, err)
	}
}

func TestLoad(t *testing.T) {
	f, err := OpenLoad()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if n, err := f.Runnable(); err != nil || n < 1 {
		t.Errorf("Runnable = %d, %v", n, err)
	}
	if n := testing.AllocsPerRun(100, func() { f.Runnable() }); n != 0 {
		t.Errorf("Runnable allocates %v times", n)
	}
}

// TestEndlessFile reads a file that is larger than any process may make us read.
func TestEndlessFile(t *testing.T) {
	if _, err := read(os.Getpid(), "../../dev/zero"); !errors.Is(err, syscall.EFBIG) {
		t.Errorf("reading without end: %v", err)
	}
}

func TestSyscallOfOneself(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	s, err := Syscall(syscall.Gettid())
	if err != nil {
		t.Fatal(err)
	}
	// Reading one's own file, one is running, or on newer kernels in read.
	if !s.Running && s.NR != syscall.SYS_READ {
		t.Errorf("Syscall of oneself = %+v", s)
	}
}

func TestSysctl(t *testing.T) {
	got, err := Sysctl("kernel/ostype")
	if err != nil || got != "Linux" {
		t.Errorf("kernel/ostype = %q, %v", got, err)
	}
	if got, err := Sysctl("../../etc/hostname"); err == nil {
		t.Errorf("a name outside /proc/sys gave %q", got)
	}
}

func TestGone(t *testing.T) {
	cmd := exec.Command("true")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	f, err := OpenStat(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cmd.Wait()
	if _, err := f.CPU(); !Gone(err) {
		t.Errorf("CPU of a dead task: %v", err)
	}
	pid := cmd.Process.Pid
	for name, read := range map[string]func() error{
		"Maps":    func() error { _, err := Maps(pid); return err },
		"Status":  func() error { _, err := Status(pid); return err },
		"Stat":    func() error { _, err := Stat(pid); return err },
		"Task":    func() error { _, err := TaskStat(pid); return err },
		"Syscall": func() error { _, err := Syscall(pid); return err },
		"Tasks":   func() error { _, err := Tasks(pid); return err },
		"Count":   func() error { _, err := CountTasks(pid); return err },
		"FD":      func() error { _, err := FD(pid, 0); return err },
		"FDInfo":  func() error { _, err := FDInfo(pid, 0); return err },
		"Comm":    func() error { _, err := Comm(pid); return err },
		"Cmdline": func() error { _, err := Cmdline(pid); return err },
		"CPU":     func() error { _, err := CPU(pid); return err },
	} {
		if err := read(); !Gone(err) || !strings.HasPrefix(err.Error(), "procfs: ") {
			t.Errorf("%s of a dead process: %v", name, err)
		}
	}
}

func TestMapsOfSelf(t *testing.T) {
	maps, err := Maps(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	exe, _ := os.Executable()
	text := slices.IndexFunc(maps, func(m Mapping) bool { return m.Path == exe && m.Perm&Executable != 0 })
	if text < 0 {
		t.Fatalf("no text of %s in %+v", exe, maps)
	}
	if m := maps[text]; m.Inode == 0 || m.Deleted() || m.Perm&Writable != 0 || !m.Contains(m.Start) || m.Contains(m.End) {
		t.Errorf("text is %+v", m)
	}
}
