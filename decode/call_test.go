package decode

import (
	"encoding/binary"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// A sample is a call to decode again and again.
type sample struct {
	call   abi.Call
	row    *syscalls.Syscall
	m      mem.Reader
	result abi.Result
}

func newSample(tb testing.TB, name string, result uint64, args ...uint64) sample {
	tb.Helper()
	nr, row, ok := syscalls.For(abi.AMD64).Named(name)
	if !ok {
		tb.Fatalf("no call %s", name)
	}
	call := abi.Call{ABI: abi.AMD64, NR: nr}
	copy(call.Args[:], args)
	page := make([]byte, 4096)
	copy(page, "/usr/lib/locale/locale-archive\x00")
	copy(page[256:], "some bytes that were read")
	return sample{call, row, mem.Snapshot{{Addr: 0x1000, Data: page}}, abi.Result{Value: result}}
}

const atCWDWord = 1<<64 - 100

func samples(tb testing.TB) map[string]sample {
	return map[string]sample{
		"openat":     newSample(tb, "openat", 3, atCWDWord, 0x1000, 0x80000, 0),
		"read":       newSample(tb, "read", 25, 3, 0x1100, 832),
		"newfstatat": newSample(tb, "newfstatat", 0, atCWDWord, 0x1000, 0x1200, 0),
		"getdents64": newSample(tb, "getdents64", 200, 3, 0x1100, 4096),
		"ioctl":      newSample(tb, "ioctl", 0, 1, 0x5413, 0x1100),
		"fcntl":      newSample(tb, "fcntl", 0x8002, 1, 3, 0),
		"writev":     newSample(tb, "writev", 0, 1, 0x1800, 2),
	}
}

func (s *sample) decode(c *Call) {
	c.Enter(s.call, s.row, Mode{Strings: 32}, s.m)
	c.Exit(s.result, s.m)
}

func TestDecodingAllocatesNothing(t *testing.T) {
	for name, s := range samples(t) {
		var c Call
		s.decode(&c)
		if n := testing.AllocsPerRun(100, func() { s.decode(&c) }); n != 0 {
			t.Errorf("%s: %v allocations a call", name, n)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	for name, s := range samples(b) {
		b.Run(name, func(b *testing.B) {
			var c Call
			b.ReportAllocs()
			for b.Loop() {
				s.decode(&c)
			}
		})
	}
}

// TestEntryStops checks what an entry shows before the kernel has answered.
func TestEntryStops(t *testing.T) {
	tests := []struct {
		call string
		args []uint64
		want int
	}{
		{"read", []uint64{3, 0x1000, 5}, 1},
		{"write", []uint64{3, 0x1000, 5}, 3},
		{"openat", []uint64{3, 0x1000, 0}, 3},
		{"openat", []uint64{3, 0x1000, 0x40, 0644}, 4},
		{"newfstatat", []uint64{3, 0x1000, 0x1100, 0}, 2},
		{"fcntl", []uint64{3, 5, 0x1000}, 2},
		{"fcntl", []uint64{3, 6, 0x1000}, 3},
		{"fcntl", []uint64{3, 1}, 2},
		{"sync", nil, 0},
	}
	for _, test := range tests {
		s := newSample(t, test.call, 0, test.args...)
		var c Call
		c.Enter(s.call, s.row, Mode{Strings: 32}, s.m)
		if len(c.Args) != test.want {
			t.Errorf("%s: %d arguments at entry, want %d", test.call, len(c.Args), test.want)
		}
	}
}

func TestUnknownCallShowsSixWords(t *testing.T) {
	var c Call
	call := abi.Call{ABI: abi.AMD64, NR: 500, Args: [6]uint64{1, 2, 3, 4, 5, 6}}
	c.Enter(call, nil, Mode{}, mem.Snapshot{})
	if len(c.Args) != 6 {
		t.Fatalf("%d arguments, want 6", len(c.Args))
	}
	for i, f := range c.Args {
		n, ok := f.Value.(*value.Int)
		if !ok || n.Bits != uint64(i+1) || n.Form != value.Hex {
			t.Errorf("argument %d is %#v", i, f.Value)
		}
	}
}

// wild is memory at every address: the seed, over and over.
type wild struct {
	seed []byte
	from abi.Addr // nothing below can be read
}

func (w wild) ReadMem(p []byte, addr abi.Addr) (int, error) {
	if len(w.seed) == 0 || addr < w.from {
		return 0, mem.ErrUnmapped
	}
	for i := range p {
		p[i] = w.seed[(uint64(addr)+uint64(i))%uint64(len(w.seed))]
	}
	return len(p), nil
}

// size counts the nodes of a tree, and fails when it is deeper than any type.
func size(t *testing.T, v value.Value, depth int) int {
	if depth > 64 {
		t.Fatal("the tree is too deep")
	}
	n := 1
	visit := func(v value.Value) {
		if v != nil {
			n += size(t, v, depth+1)
		}
	}
	switch v := v.(type) {
	case *value.Ptr:
		visit(v.To)
	case *value.Or:
		for _, p := range v.Parts {
			visit(p)
		}
	case *value.Struct:
		for _, f := range v.Fields {
			visit(f.Value)
		}
	case *value.Array:
		for _, e := range v.Elems {
			visit(e)
		}
	case *value.Macro:
		for _, e := range v.Args {
			visit(e)
		}
	case *value.Change:
		visit(v.Before)
		visit(v.After)
	case *value.Note:
		visit(v.Of)
	}
	return n
}

// FuzzDecode decodes any call with any words over any memory.
func FuzzDecode(f *testing.F) {
	for nr := range uint16(500) {
		words := binary.LittleEndian.AppendUint64(nil, 0x1000)
		f.Add(uint8(nr), nr, words, []byte("\x10\x10\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00"), int64(1), uint8(nr))
	}
	f.Fuzz(func(t *testing.T, which uint8, nr uint16, words, seed []byte, result int64, opts uint8) {
		a := abi.All[int(which)%len(abi.All)]
		call := abi.Call{ABI: a, NR: uint64(nr) | a.NRBit}
		for i := range call.Args {
			if len(words) >= 8 {
				call.Args[i], words = binary.LittleEndian.Uint64(words), words[8:]
			} else {
				call.Args[i] = uint64(0x1000 * (i + 1))
			}
		}
		mode := Mode{Strings: int(opts >> 2), Verbose: opts&1 != 0, Opaque: opts&2 != 0}
		m := wild{seed, abi.Addr(opts) << 4}
		var c Call
		c.Enter(call, syscalls.For(a).Row(call.NR), mode, m)
		c.Exit(abi.Result{Value: uint64(result), Failed: result < 0 && result > -4096}, m)
		n := 0
		for _, arg := range c.Args {
			n += size(t, arg.Value, 0)
		}
		if n > 40*maxElems {
			t.Errorf("%d nodes", n)
		}
	})
}
