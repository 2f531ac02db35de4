package procfs

import (
	"encoding/binary"
	"net"
	"net/netip"
	"os"
	"syscall"
	"testing"
)

const tcpTable = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 100 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F90 0100007F:B2C6 01 00000000:00000000 00:00000000 00000000     0        0 101 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:0050 0100007F:B2C7 06 00000000:00000000 03:00001770 00000000     0        0 0 3 0000000000000000
   3: 00000000000000000000000001000000:0050 B80D0120000000000000000001000000:0051 01 0:0 00:0 0     0        0 102 1 0 20 4 30 10 -1
   4: xyz 0100007F:B2C6 01 00000000:00000000 00:00000000 00000000     0        0 103 1
 100
`

func TestParseInternet(t *testing.T) {
	for _, test := range []struct {
		inode         uint64
		local, remote string
		final         bool
	}{
		{100, "127.0.0.1:8080", "", true},
		{101, "127.0.0.1:8080", "127.0.0.1:45766", true},
		{102, "[::1]:80", "[2001:db8::1]:81", true},
		{103, "", "127.0.0.1:45766", true},
		{104, "", "", false},
		{1, "", "", false},
	} {
		f := SocketFields{Protocol: "TCP", Inode: test.inode}
		parseInternet(&f, []byte(tcpTable))
		if textOf(f.Local) != test.local || textOf(f.Remote) != test.remote || f.Final != test.final {
			t.Errorf("%d: %+v", test.inode, f)
		}
	}
	f := SocketFields{Protocol: "UDP", Inode: 101}
	parseInternet(&f, []byte(tcpTable))
	if f.Final {
		t.Error("what a socket of UDP is connected to may change")
	}
}

func textOf(a netip.AddrPort) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

func TestParseNetlinkSocket(t *testing.T) {
	const table = `sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
0000000000000000 0   3309794322 00000000 0        0        0     2        0        100
0000000000000000 15  0          00000000 0        0        0     2        0        101
`
	f := SocketFields{Inode: 100}
	parseNetlinkSocket(&f, []byte(table))
	if !f.Bound || f.Family != 0 || f.Port != 3309794322 {
		t.Errorf("100: %+v", f)
	}
	f = SocketFields{Inode: 101}
	parseNetlinkSocket(&f, []byte(table))
	if f.Bound {
		t.Errorf("101: %+v", f)
	}
}

// unixMessage is an answer about a UNIX socket without its header.
func unixMessage(inode, peer uint32, name string) []byte {
	e := binary.NativeEndian
	m := make([]byte, unixAnswer)
	e.PutUint32(m[4:], inode)
	attribute := func(kind uint16, b []byte) {
		m = e.AppendUint16(e.AppendUint16(m, uint16(4+len(b))), kind)
		m = append(m, b...)
		for len(m)%4 != 0 {
			m = append(m, 0)
		}
	}
	attribute(unixDiagName, []byte(name))
	attribute(unixDiagPeer, e.AppendUint32(nil, peer))
	return m
}

func TestParseUnix(t *testing.T) {
	f := SocketFields{Inode: 100}
	parseUnix(&f, unixMessage(100, 101, "\x00abc"))
	if f.Peer != 101 || string(f.Name) != "abc" || !f.Abstract || !f.Final {
		t.Errorf("abstract: %+v", f)
	}
	f = SocketFields{Inode: 100}
	parseUnix(&f, unixMessage(100, 0, "/run/x\x00"))
	if f.Peer != 0 || string(f.Name) != "/run/x" || f.Abstract || f.Final {
		t.Errorf("bound: %+v", f)
	}
	f = SocketFields{Inode: 99}
	parseUnix(&f, unixMessage(100, 101, "x"))
	if f.Peer != 0 || f.Name != nil {
		t.Errorf("another one's: %+v", f)
	}
}

// Requests ask and never change: that is what their type says.
func TestRequestsOnlyAsk(t *testing.T) {
	var d diag
	defer d.close()
	for name, ask := range map[string]func(f *SocketFields){
		"unix":  func(f *SocketFields) { d.unix(f) },
		"all":   func(f *SocketFields) { d.inet(f, syscall.IPPROTO_TCP) },
		"again": func(f *SocketFields) { d.inetAgain(f, syscall.IPPROTO_UDP) },
	} {
		ask(&SocketFields{Protocol: name, Inode: 1})
		if kind := binary.NativeEndian.Uint16(d.request[4:]); kind != sockDiagByFamily {
			t.Errorf("%s: a request of type %d", name, kind)
		}
	}
}

func FuzzSocketTables(f *testing.F) {
	f.Add([]byte(tcpTable), uint64(101))
	f.Add(unixMessage(100, 101, "\x00abc"), uint64(100))
	f.Fuzz(func(t *testing.T, raw []byte, inode uint64) {
		fields := SocketFields{Protocol: "TCP", Inode: inode}
		parseInternet(&fields, raw)
		parseNetlinkSocket(&fields, raw)
		parseUnix(&fields, raw)
		parseInet(&fields, raw)
		var d diag
		d.receive(raw, func(m []byte) bool { return parseInet(&fields, m) })
	})
}

// A socket of TCP that is bound and no more is known to sock_diag alone.
func TestBoundSocket(t *testing.T) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	var s Sockets
	if f := find(t, &s, fd); f == nil || f.Protocol != "TCP" || f.Local.IsValid() {
		t.Fatalf("before: %+v", f)
	}
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	want := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(name.(*syscall.SockaddrInet4).Port))
	if f := find(t, &s, fd); f.Local != want || f.Final {
		t.Errorf("bound: %+v, want %v", f, want)
	}
	if err := syscall.Listen(fd, 1); err != nil {
		t.Fatal(err)
	}
	if f := find(t, &s, fd); f.Local != want || !f.Final {
		t.Errorf("listening: %+v, want %v", f, want)
	}
}

// What a socket of UDP is bound and connected to is asked for anew each time.
func TestChangingSocket(t *testing.T) {
	for _, any := range []syscall.Sockaddr{&syscall.SockaddrInet4{}, &syscall.SockaddrInet6{}} {
		server, client := datagrams(t, any), datagrams(t, any)
		var s Sockets
		if f := find(t, &s, client); f == nil || f.Local.IsValid() {
			t.Fatalf("before: %+v", f)
		}
		other := datagrams(t, any)
		for _, fd := range []int{server, other} {
			if err := syscall.Bind(fd, any); err != nil {
				t.Fatal(err)
			}
		}
		for _, to := range []int{server, other, server} {
			name := addressOf(t, to)
			if err := syscall.Connect(client, name); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				f := find(t, &s, client)
				if f.Remote.Port() != portOf(name) || f.Local.Port() != portOf(addressOf(t, client)) || f.Final {
					t.Errorf("connected to %v: %+v", name, f)
				}
			}
		}
		if f := find(t, &s, server); f.Remote.IsValid() || f.Local.Port() != portOf(addressOf(t, server)) {
			t.Errorf("the server: %+v", f)
		}
	}
}

// datagrams makes a socket of UDP in the family of an address.
func datagrams(t *testing.T, of syscall.Sockaddr) int {
	t.Helper()
	family := syscall.AF_INET
	if _, ok := of.(*syscall.SockaddrInet6); ok {
		family = syscall.AF_INET6
	}
	fd, err := syscall.Socket(family, syscall.SOCK_DGRAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	return fd
}

func find(t *testing.T, s *Sockets, fd int) *SocketFields {
	t.Helper()
	var stat syscall.Stat_t
	if err := syscall.Fstat(fd, &stat); err != nil {
		t.Fatal(err)
	}
	return s.Find(os.Getpid(), fd, stat.Ino)
}

func addressOf(t *testing.T, fd int) syscall.Sockaddr {
	t.Helper()
	name, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func portOf(a syscall.Sockaddr) uint16 {
	switch a := a.(type) {
	case *syscall.SockaddrInet4:
		return uint16(a.Port)
	case *syscall.SockaddrInet6:
		return uint16(a.Port)
	}
	return 0
}

func TestUnixSocket(t *testing.T) {
	path := t.TempDir() + "/s"
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	raw, err := l.(*net.UnixListener).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	raw.Control(func(fd uintptr) {
		var stat syscall.Stat_t
		if err := syscall.Fstat(int(fd), &stat); err != nil {
			t.Fatal(err)
		}
		var s Sockets
		f := s.Find(os.Getpid(), int(fd), stat.Ino)
		if f == nil || f.Protocol != "UNIX-STREAM" || string(f.Name) != path || f.Peer != 0 {
			t.Errorf("%+v", f)
		}
	})
}

func TestTranslate(t *testing.T) {
	var tr Translator
	if got := tr.Ours(os.Getpid(), 12345); got != 12345 {
		t.Errorf("in our own namespace 12345 is %d", got)
	}
	if got := tr.Ours(1<<30, 7); got != 7 {
		t.Errorf("of a task that is gone 7 is %d", got)
	}
}

func TestAppendComm(t *testing.T) {
	want, err := Comm(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	got, err := AppendComm([]byte("x"), os.Getpid())
	if err != nil || string(got) != "x"+want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	if got, err := AppendComm([]byte("x"), 1<<30); !Gone(err) || string(got) != "x" {
		t.Errorf("of a task that is gone: %q, %v", got, err)
	}
}
