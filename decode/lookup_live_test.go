package decode

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/trapline/trapline/value"
)

// look asks the real Lookup about a descriptor of this process.
func look(t *testing.T, l Lookup, num int, want FDDetail) *value.FD {
	t.Helper()
	var a value.Arena
	fd := a.FD(int32(num))
	l.FD(fd, &a, os.Getpid(), want)
	return fd
}

func open(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestLookupFiles(t *testing.T) {
	l, dir := NewLookup(), t.TempDir()
	kept, gone, odd := filepath.Join(dir, "kept"), filepath.Join(dir, "gone"), filepath.Join(dir, "odd (deleted)")
	files := map[string]*os.File{kept: open(t, kept), gone: open(t, gone), odd: open(t, odd)}
	os.Remove(gone)
	for path, f := range files {
		fd := look(t, l, int(f.Fd()), FDAll)
		if fd.Path != path || fd.Deleted != (path == gone) || fd.Object != nil {
			t.Errorf("%s: %+v", path, fd)
		}
	}
	null := look(t, l, int(open(t, "/dev/null").Fd()), FDAll)
	if d, ok := null.Object.(*value.Device); !ok || *d != (value.Device{Major: 1, Minor: 3}) || null.Path != "/dev/null" {
		t.Errorf("/dev/null: %+v", null)
	}
	if fd := look(t, l, int(open(t, "/dev/null").Fd()), FDSocket); fd.Path != "" || fd.Object != nil {
		t.Errorf("/dev/null, when only sockets are asked for: %+v", fd)
	}
	if fd := look(t, l, 1<<20, FDAll); fd.Path != "" {
		t.Errorf("a closed descriptor: %+v", fd)
	}
}

func TestLookupCwd(t *testing.T) {
	var a value.Arena
	fd := a.FD(atCWD)
	fd.Set = currentDir
	NewLookup().FD(fd, &a, os.Getpid(), FDAll)
	cwd, _ := os.Getwd() // $PWD, which may lead through links
	if cwd, err := filepath.EvalSymlinks(cwd); err != nil || fd.Path != cwd {
		t.Errorf("the working directory is %q, want %q, %v", fd.Path, cwd, err)
	}
}

func TestLookupSockets(t *testing.T) {
	var plain net.ListenConfig
	plain.SetMultipathTCP(false)
	server, err := plain.Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client, err := net.Dial("tcp4", server.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	l := NewLookup()
	s := socketOf(t, l, client.(*net.TCPConn))
	if s.Protocol != "TCP" || s.Local.String() != client.LocalAddr().String() || s.Remote.String() != server.Addr().String() {
		t.Errorf("the client is %+v", s)
	}
	s = socketOf(t, l, server.(*net.TCPListener))
	if s.Local.String() != server.Addr().String() || s.Remote.IsValid() {
		t.Errorf("the server is %+v", s)
	}
}

func socketOf(t *testing.T, l Lookup, c syscall.Conn) *value.Socket {
	t.Helper()
	raw, err := c.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var s *value.Socket
	raw.Control(func(fd uintptr) { s, _ = look(t, l, int(fd), FDAll).Object.(*value.Socket) })
	if s == nil {
		t.Fatal("no socket")
	}
	return s
}

func TestLookupSocketpair(t *testing.T) {
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	l := NewLookup()
	one, _ := look(t, l, fds[0], FDAll).Object.(*value.Socket)
	syscall.Close(fds[0])
	other, _ := look(t, l, fds[1], FDAll).Object.(*value.Socket)
	syscall.Close(fds[1])
	if one == nil || other == nil || one.Protocol != "UNIX-STREAM" || one.Peer != other.Inode {
		t.Errorf("the ends are %+v and %+v", one, other)
	}
}

func TestLookupPID(t *testing.T) {
	l := NewLookup()
	var a value.Arena
	p := a.PID(int32(os.Getpid()))
	l.PID(p, &a, os.Getpid(), PIDComm|PIDNamespace)
	comm, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", os.Getpid()))
	if p.Comm+"\n" != string(comm) || p.Ours != 0 {
		t.Errorf("we are %+v, want %q", p, comm)
	}
	group := a.PID(int32(os.Getpid()))
	group.Group = true
	l.PID(group, &a, os.Getpid(), PIDComm)
	if group.Comm != "" {
		t.Errorf("a group is called %q", group.Comm)
	}
}

// What most calls with -y take costs no allocation, whether it is there or not.
func TestLookupAllocatesNothing(t *testing.T) {
	l, null := NewLookup(), open(t, "/dev/null")
	var a value.Arena
	ask := func(num int32) func() {
		return func() {
			a.Reset()
			l.FD(a.FD(num), &a, os.Getpid(), FDPath)
			l.PID(a.PID(int32(os.Getpid())), &a, os.Getpid(), PIDComm)
		}
	}
	for _, num := range []int32{int32(null.Fd()), 1 << 20} {
		ask(num)()
		if n := testing.AllocsPerRun(100, ask(num)); n != 0 {
			t.Errorf("%d: %v allocations", num, n)
		}
	}
}
