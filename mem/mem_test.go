package mem_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
)

func TestReadString(t *testing.T) {
	long := bytes.Repeat([]byte("x"), 5000)
	edge := mem.Snapshot{{Addr: 0x1ffd, Data: []byte("abc")}}
	for _, test := range []struct {
		name       string
		memory     mem.Snapshot
		addr       abi.Addr
		max        int
		want       string
		terminated bool
		err        error
	}{
		{"short", mem.Snapshot{{Addr: 16, Data: []byte("hi\x00")}}, 16, 100, "hi", true, nil},
		{"empty", mem.Snapshot{{Addr: 16, Data: []byte("\x00")}}, 16, 100, "", true, nil},
		{"limit", mem.Snapshot{{Addr: 16, Data: []byte("hello\x00")}}, 16, 3, "hel", false, nil},
		{"limit at the end", mem.Snapshot{{Addr: 16, Data: []byte("hello\x00")}}, 16, 5, "hello", false, nil},
		{"no limit left", mem.Snapshot{{Addr: 16, Data: []byte("hello\x00")}}, 16, 0, "", false, nil},
		{"long", mem.Snapshot{{Addr: 0x1010, Data: append(long, 0)}}, 0x1010, 1 << 20, string(long), true, nil},
		{"ends at a page that is not there", edge, 0x1ffd, 100, "abc", false, mem.ErrUnmapped},
		{"nowhere", edge, 0x5000, 100, "", false, mem.ErrUnmapped},
		{"at the end of the address space", edge, ^abi.Addr(0), 100, "", false, mem.ErrUnmapped},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, terminated, err := mem.ReadString(test.memory, []byte("kept:"), test.addr, test.max)
			if string(s) != "kept:"+test.want || terminated != test.terminated || !errors.Is(err, test.err) {
				t.Errorf("got %.40q, %v, %v", s, terminated, err)
			}
		})
	}
}

func TestSnapshotPartialRead(t *testing.T) {
	memory := mem.Snapshot{{Addr: 0x10, Data: []byte("abcd")}, {Addr: 0x14, Data: []byte("ef")}}
	p := make([]byte, 8)
	n, err := memory.ReadMem(p, 0x11)
	if string(p[:n]) != "bcdef" || !errors.Is(err, mem.ErrUnmapped) {
		t.Errorf("read %q, %v", p[:n], err)
	}
}

func TestLittle(t *testing.T) {
	b := []byte{1, 2, 3, 4, 5, 6, 7, 8}
	for n, want := range []uint64{0, 1, 0x201, 0x30201, 0x4030201, 0x504030201, 0x60504030201, 0x7060504030201, 0x807060504030201} {
		if got := mem.Little(b[:n]); got != want {
			t.Errorf("%d bytes: %#x instead of %#x", n, got, want)
		}
	}
}
