package decode_test

import (
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/syscalls"
)

// interest is a descriptor and a path.
type interest struct {
	fd   int32
	path string
}

func (i interest) FD(tid int, fd int32) bool { return tid == worldTID && fd == i.fd }
func (i interest) Path(path []byte) bool     { return i.path != "" && string(path) == i.path }

func TestAbout(t *testing.T) {
	m := mem.Snapshot{
		{Addr: 0x1000, Data: []byte("/etc/passwd\x00")},
		{Addr: 0x2000, Data: []byte{3, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0}}, // pollfds
		{Addr: 0x3000, Data: []byte{1 << 5, 0, 0, 0, 0, 0, 0, 0}},                    // a set with 5
		{Addr: 0x4000, Data: []byte{3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},             // socketcall's words
	}
	const cwd = 1<<64 - 100
	none := interest{fd: -1}
	for _, test := range []struct {
		a     *abi.ABI
		name  string
		words []uint64
		of    interest
		want  bool
	}{
		{abi.AMD64, "read", []uint64{3}, interest{fd: 3}, true},
		{abi.AMD64, "read", []uint64{3}, interest{fd: 4}, false},
		{abi.AMD64, "read", []uint64{1<<64 - 1}, none, false},
		{abi.AMD64, "openat", []uint64{cwd, 0x1000}, interest{-100, ""}, false},
		{abi.AMD64, "openat", []uint64{cwd, 0x1000}, interest{-1, "/etc/passwd"}, true},
		{abi.AMD64, "openat", []uint64{cwd, 0x1000}, interest{-1, "passwd"}, false},
		{abi.AMD64, "openat", []uint64{cwd, 0x9000}, interest{-1, "/etc/passwd"}, false},
		{abi.AMD64, "openat", []uint64{7, 0}, interest{fd: 7}, true},
		{abi.AMD64, "renameat", []uint64{cwd, 0x9000, 7, 0x1000}, interest{fd: 7}, true},
		{abi.AMD64, "renameat", []uint64{cwd, 0x9000, 7, 0x1000}, interest{-1, "/etc/passwd"}, true},
		{abi.AMD64, "write", []uint64{1, 0x1000, 12}, interest{-1, "/etc/passwd"}, false},
		{abi.AMD64, "memfd_create", []uint64{0x1000}, interest{-1, "/etc/passwd"}, false},
		{abi.AMD64, "mmap", []uint64{0, 1, 0, 2, 3, 0}, interest{fd: 3}, true},
		{abi.AMD64, "copy_file_range", []uint64{3, 0, 4, 0, 1, 0}, interest{fd: 4}, true},
		{abi.AMD64, "fcntl", []uint64{3, 0, 4}, interest{fd: 4}, false},
		{abi.AMD64, "poll", []uint64{0x2000, 2, 0}, interest{fd: 8}, true},
		{abi.AMD64, "poll", []uint64{0x2000, 1, 0}, interest{fd: 8}, false},
		{abi.AMD64, "select", []uint64{6, 0, 0x3000, 0, 0}, interest{fd: 5}, true},
		{abi.AMD64, "fanotify_mark", []uint64{9, 1, 1, 7, 0}, interest{fd: 7}, true},
		{abi.AMD64, "pidfd_getfd", []uint64{9, 3, 0}, interest{fd: 3}, false},
		{abi.AMD64, "ioctl", []uint64{1, 0x40049409, 3}, interest{fd: 3}, false},
		{abi.AMD64, "getpid", nil, interest{fd: 0}, false},
		{abi.I386, "socketcall", []uint64{4, 0x4000}, interest{fd: 3}, true},
		{abi.I386, "socketcall", []uint64{4, 0x4000}, interest{fd: 4}, false},
	} {
		nr, row, ok := syscalls.For(test.a).Named(test.name)
		if !ok {
			t.Fatalf("no call %s", test.name)
		}
		call := abi.Call{ABI: test.a, NR: nr}
		copy(call.Args[:], test.words)
		c := decode.Call{TID: worldTID}
		if got := c.About(call, row, m, test.of); got != test.want {
			t.Errorf("%s %#x about %v: %v, want %v", test.name, test.words, test.of, got, test.want)
		}
	}
}

// Asking what a call is about does not disturb what is known of the one before.
func TestAboutLeavesTheLastCall(t *testing.T) {
	table := syscalls.For(abi.AMD64)
	c := decode.Call{TID: worldTID}
	enter := func(name string, words ...uint64) {
		nr, row, _ := table.Named(name)
		call := abi.Call{ABI: abi.AMD64, NR: nr}
		copy(call.Args[:], words)
		if got := c.About(call, row, mem.Snapshot{}, interest{fd: 3}); got != (name == "close") {
			t.Errorf("%s is about 3: %v", name, got)
		}
		c.Enter(call, row, decode.Mode{}, mem.Snapshot{})
	}
	enter("close", 3)
	enter("getpid")
	if c.Row.Name != "getpid" || len(c.Args) != 0 {
		t.Errorf("the call is %s with %d arguments", c.Row.Name, len(c.Args))
	}
	var unknown decode.Call
	if unknown.About(abi.Call{ABI: abi.AMD64, NR: 9999}, nil, mem.Snapshot{}, interest{fd: 0}) {
		t.Error("an unknown call is about something")
	}
}
