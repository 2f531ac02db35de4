package decode

import (
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/syscalls"
)

// placed is memory in which the calls of TestLocate find what they point to.
var placed = mem.Snapshot{
	{Addr: 0x1000, Data: []byte("/etc/hosts\x00")},
	{Addr: 0x2000, Data: []byte("\x02\x00\x01\xbb\x0a\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00\x00")},
	{Addr: 0x3000, Data: []byte("\x00\x20\x00\x00\x00\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00\x40\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00")},
	{Addr: 0x3020, Data: make([]byte, 24)},
	{Addr: 0x4000, Data: []byte("\x00\x50\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00\x10\x50\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00")},
	{Addr: 0x6000, Data: []byte("\x07\x00\x00\x00\x00\x20\x00\x00\x10\x00\x00\x00")}, // words of i386
	{Addr: 0x7000, Data: []byte("\x00\x10\x00\x00\x05\x10\x00\x00\x00\x00\x00\x00")}, // argv of i386
	{Addr: 0x8000, Data: []byte("\x10\x00\x00\x00")},                                 // a length
}

func TestLocate(t *testing.T) {
	for _, tt := range []struct {
		abi  *abi.ABI
		call string
		args [6]uint64
		path string
		want Place
		hops []Hop
	}{
		{abi.AMD64, "openat", [6]uint64{5, 0x1000, 0x41, 0o644}, "flags", Place{Reg: 2, Regs: 1, Size: 4}, nil},
		{abi.AMD64, "openat", [6]uint64{5, 0x1000, 0x41, 0o644}, "pathname", Place{Addr: 0x1000}, []Hop{{Reg: 1, Object: 0x1000}}},
		{abi.AMD64, "write", [6]uint64{1, 0x1000, 7}, "buf", Place{Addr: 0x1000, Size: 7}, []Hop{{Reg: 1, Object: 0x1000, Size: 7}}},
		{abi.AMD64, "write", [6]uint64{1, 0x1000, 7}, "buf[6]", Place{Addr: 0x1006, Size: 1}, []Hop{{Reg: 1, Object: 0x1000, Size: 7}}},
		{abi.AMD64, "connect", [6]uint64{1, 0x2000, 16}, "addr.port", Place{Addr: 0x2002, Size: 2}, []Hop{{Reg: 1, Object: 0x2000, Size: 16}}},
		{abi.AMD64, "sendmsg", [6]uint64{1, 0x3000}, "msg.iov[1].base", Place{Addr: 0x5010, Size: 4},
			[]Hop{{Reg: 1, Object: 0x3000, Size: 56}, {Reg: -1, Pointer: 0x3010, Object: 0x4000, Size: 32}, {Reg: -1, Pointer: 0x4010, Object: 0x5010, Size: 4}}},
		{abi.AMD64, "sendmsg", [6]uint64{1, 0x3000}, "msg.name.port", Place{Addr: 0x2002, Size: 2},
			[]Hop{{Reg: 1, Object: 0x3000, Size: 56}, {Reg: -1, Pointer: 0x3000, Object: 0x2000, Size: 16}}},
		{abi.AMD64, "accept", [6]uint64{1, 0x2000, 0x8000}, "addr.port", Place{Addr: 0x2002, Size: 2}, []Hop{{Reg: 1, Object: 0x2000, Size: 16, Dir: syscalls.Out}}},
		{abi.I386, "pwrite64", [6]uint64{1, 0x1000, 3, 5, 1}, "offset", Place{Reg: 3, Regs: 2, Size: 8}, nil},
		{abi.I386, "execve", [6]uint64{0x1000, 0x7000, 0}, "argv[1]", Place{Addr: 0x1005}, []Hop{{Reg: 1, Object: 0x7000, Size: 8}, {Reg: -1, Pointer: 0x7004, Object: 0x1005}}},
		{abi.I386, "socketcall", [6]uint64{3, 0x6000}, "addr.port", Place{Addr: 0x2002, Size: 2}, []Hop{{Reg: -1, Pointer: 0x6004, Object: 0x2000, Size: 16}}},
		{abi.I386, "socketcall", [6]uint64{3, 0x6000}, "sockfd", Place{Addr: 0x6000, Size: 4}, nil},
		{abi.I386, "ipc", [6]uint64{11, 1, 2, 3, 0x1000}, "msgflg", Place{Reg: 3, Regs: 1, Size: 4}, nil},
		{abi.I386, "stat64", [6]uint64{0x1000, 0x2000}, "statbuf.size", Place{Addr: 0x202c, Size: 8}, []Hop{{Reg: 1, Object: 0x2000, Size: 96, Dir: syscalls.Out}}},
	} {
		var c Call
		c.Begin(callOf(t, tt.abi, tt.call, tt.args), rowOf(tt.abi, tt.call), placed)
		path, err := ParsePath(tt.path)
		if err != nil {
			t.Fatal(err)
		}
		p, ok := c.Locate(path)
		if !ok || p.Reg != tt.want.Reg || p.Regs != tt.want.Regs || p.Addr != tt.want.Addr || p.Size != tt.want.Size {
			t.Errorf("%s %s %s: %+v, %v", tt.abi, tt.call, path, p, ok)
			continue
		}
		if len(p.Hops()) != len(tt.hops) {
			t.Errorf("%s %s %s: %+v", tt.abi, tt.call, path, p.Hops())
			continue
		}
		for i, h := range p.Hops() {
			if h != tt.hops[i] {
				t.Errorf("%s %s %s: hop %d is %+v", tt.abi, tt.call, path, i, h)
			}
		}
	}
}

// What is not there has no place.
func TestLocateNothing(t *testing.T) {
	for _, tt := range []struct {
		call string
		args [6]uint64
		path string
	}{
		{"openat", [6]uint64{5, 0x1000, 0}, "mode"},
		{"openat", [6]uint64{5, 0, 0}, "pathname"},
		{"openat", [6]uint64{5, 0x1000, 0}, "buf"},
		{"openat", [6]uint64{5, 0x1000, 0}, "flags.x"},
		{"write", [6]uint64{1, 0x1000, 7}, "buf[7]"},
		{"write", [6]uint64{1, 0x1000, 7}, "fd[0]"},
		{"connect", [6]uint64{1, 0x2000, 3}, "addr.port"},
		{"connect", [6]uint64{1, 0x2000, 1}, "addr.family"},
		{"connect", [6]uint64{1, 0x2000, 16}, "addr.path"},
		{"connect", [6]uint64{1, 0x9000, 16}, "addr.port"},
		{"sendmsg", [6]uint64{1, 0x3000}, "msg.iov[2].base"},
		{"sendmsg", [6]uint64{1, 0x3000}, "msg.control"},
		{"read", [6]uint64{1, 0x1000, 7}, "buf"},
	} {
		var c Call
		c.Begin(callOf(t, abi.AMD64, tt.call, tt.args), rowOf(abi.AMD64, tt.call), placed)
		path, _ := ParsePath(tt.path)
		if p, ok := c.Locate(path); ok {
			t.Errorf("%s%v: %s is at %+v", tt.call, tt.args, tt.path, p)
		}
	}
}

func TestLoad(t *testing.T) {
	var c Call
	load := func(call string, args [6]uint64, path string) (Place, bool) {
		c.Begin(callOf(t, abi.AMD64, call, args), rowOf(abi.AMD64, call), placed)
		p, err := ParsePath(path)
		if err != nil {
			t.Fatal(err)
		}
		return c.Locate(p)
	}
	p, _ := load("connect", [6]uint64{1, 0x2000, 16}, "addr.port")
	if v, ok := c.Load(&p); v != 443 || !ok {
		t.Errorf("port %d, %v", v, ok)
	}
	p, _ = load("connect", [6]uint64{1, 0x2000, 16}, "addr.addr")
	if b, ok := c.Append([]byte("at "), &p); string(b) != "at 10.0.0.7" || !ok {
		t.Errorf("%q, %v", b, ok)
	}
	p, _ = load("openat", [6]uint64{5, 0x1000}, "pathname")
	if b, ok := c.Append(nil, &p); string(b) != "/etc/hosts" || !ok {
		t.Errorf("%q, %v", b, ok)
	}
	p, _ = load("write", [6]uint64{5, 0x1000, 1 << 40}, "buf")
	if b, ok := c.Append(nil, &p); ok {
		t.Errorf("%d bytes of a buffer of 1 TiB", len(b))
	}
	c.Begin(callOf(t, abi.AMD64, "read", [6]uint64{0, 0x1000, 100}), rowOf(abi.AMD64, "read"), placed)
	c.End(abi.Result{Value: 4}, placed)
	p, ok := c.Locate(Path{{Name: "buf"}})
	if b, loaded := c.Append(nil, &p); string(b) != "/etc" || !ok || !loaded || !p.Answer() {
		t.Errorf("%q, %v, %v", b, ok, p.Answer())
	}
}

func TestParsePath(t *testing.T) {
	for _, text := range []string{"fd", "addr.port", "msg.iov[0].base", "argv[1]", "a[1][2].b"} {
		if p, err := ParsePath(text); err != nil || p.String() != text {
			t.Errorf("%s: %s, %v", text, p, err)
		}
	}
	for _, text := range []string{"", ".", "a.", "a[", "a[x]", "a[-1]", "[0]", "a[1]b"} {
		if p, err := ParsePath(text); err == nil {
			t.Errorf("%s is %v", text, p)
		}
	}
}

func rowOf(a *abi.ABI, name string) *syscalls.Syscall {
	_, row, _ := syscalls.For(a).Named(name)
	return row
}

func callOf(t testing.TB, a *abi.ABI, name string, args [6]uint64) abi.Call {
	t.Helper()
	nr, _, ok := syscalls.For(a).Named(name)
	if !ok {
		t.Fatalf("%s has no %s", a, name)
	}
	return abi.Call{ABI: a, NR: nr, Args: args}
}

// The description of struct stat as data says what the decoder of its text says.
func TestPlainStat(t *testing.T) {
	for _, tt := range []struct {
		abi    *abi.ABI
		name   string
		layout *statLayout
	}{
		{abi.AMD64, "stat", stat8}, {abi.X32, "stat", stat8}, {abi.ARM64, "stat", statGeneric},
		{abi.I386, "stat", stat4}, {abi.I386, "stat64", stat4Large}, {abi.I386, "oldStat", statOld},
	} {
		r, ok := syscalls.Plain(tt.abi, &syscalls.Custom{Name: tt.name}).(*syscalls.Record)
		if !ok || r.Size(tt.abi) != tt.layout.size {
			t.Errorf("%s %s: %v", tt.abi, tt.name, r)
			continue
		}
		l := tt.layout
		for name, want := range map[string]slot{
			"dev": l.dev, "ino": l.ino, "mode": l.mode, "nlink": l.nlink, "uid": l.uid, "gid": l.gid, "rdev": l.rdev, "size": l.bytes,
			"blksize": l.blksize, "blocks": l.blocks, "atime": l.atime, "atime_nsec": l.atimeNS, "mtime": l.mtime, "ctime": l.ctime, "ctime_nsec": l.ctimeNS,
		} {
			f, off, ok := r.Field(tt.abi, name)
			if want.size == 0 {
				continue
			}
			if !ok || off != want.off || f.Type.Size(tt.abi) != want.size {
				t.Errorf("%s %s: %s is at %d, want %+v", tt.abi, tt.name, name, off, want)
			}
		}
	}
}

// So does that of struct sigaction.
func TestPlainSigaction(t *testing.T) {
	for _, a := range abi.All {
		w := a.Word
		for name, want := range map[string]sigactionLayout{
			"sigaction":    {w, 2 * w, 3 * w, sigsetSize, 3*w + sigsetSize},
			"oldSigaction": {2 * w, 3 * w, w, w, 4 * w},
		} {
			r := syscalls.Plain(a, &syscalls.Custom{Name: name}).(*syscalls.Record)
			_, flags, _ := r.Field(a, "flags")
			_, restorer, _ := r.Field(a, "restorer")
			set, mask, _ := r.Field(a, "mask")
			if got := (sigactionLayout{flags, restorer, mask, set.Type.Size(a), r.Size(a)}); got != want {
				t.Errorf("%s %s: %+v, want %+v", a, name, got, want)
			}
		}
	}
}
