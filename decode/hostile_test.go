package decode_test

import (
	"encoding/binary"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/render/strace"
	"github.com/trapline/trapline/syscalls"
)

// hostile decodes a call with one piece of memory, whose address is its second and third
// argument, and renders it: whatever the memory holds, that ends, and it ends in text.
func hostile(t *testing.T, a *abi.ABI, name string, args [abi.MaxArgs]uint64, data []byte, r abi.Result) {
	nr, row, ok := syscalls.For(a).Named(name)
	if !ok {
		t.Fatalf("no call %s", name)
	}
	m := mem.Snapshot{{Addr: hostileAt, Data: data}}
	for _, mode := range [...]decode.Mode{{Strings: 32}, {Strings: 4096, Verbose: true}, {Strings: 0, Opaque: true}} {
		var c decode.Call
		c.Enter(abi.Call{ABI: a, NR: nr, Args: args}, row, mode, m)
		c.Exit(r, m)
		for _, b := range []byte(line(&c)) {
			if b < ' ' || b >= 0x7f {
				t.Fatalf("byte %#x in the text of %s", b, name)
			}
		}
	}
}

const hostileAt = 0x10000

// FuzzBPF decodes attributes of every command; they may point into themselves.
func FuzzBPF(f *testing.F) {
	program := make([]byte, 200)
	binary.LittleEndian.PutUint32(program[4:], 4)             // insn_cnt
	binary.LittleEndian.PutUint64(program[8:], hostileAt+168) // insns
	binary.LittleEndian.PutUint64(program[16:], hostileAt)    // license
	copy(program[168:], "\xb7\x00\x00\x00\x00\x00\x00\x00\x95\x00\x00\x00\x00\x00\x00\x00")
	f.Add(uint32(5), uint32(168), program)
	link := make([]byte, 64)
	link[8] = 42 // BPF_TRACE_KPROBE_MULTI
	binary.LittleEndian.PutUint32(link[20:], 1<<31)
	binary.LittleEndian.PutUint64(link[24:], hostileAt)
	f.Add(uint32(28), uint32(64), link)
	f.Add(uint32(16), uint32(64), make([]byte, 64))
	f.Add(uint32(99), uint32(4096), []byte("\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, command, size uint32, data []byte) {
		args := [abi.MaxArgs]uint64{uint64(command), hostileAt, uint64(size)}
		for _, a := range [...]*abi.ABI{abi.AMD64, abi.I386} {
			hostile(t, a, "bpf", args, data, abi.Result{})
			hostile(t, a, "bpf", args, data, abi.Result{Value: ^uint64(21), Failed: true})
		}
	})
}

// FuzzUring decodes the arguments of every operation of io_uring_register, submission
// entries among them.
func FuzzUring(f *testing.F) {
	query := make([]byte, 80)
	binary.LittleEndian.PutUint64(query, hostileAt)     // the question behind it is itself
	binary.LittleEndian.PutUint64(query[8:], hostileAt) // and so is the answer
	binary.LittleEndian.PutUint32(query[20:], 1)
	f.Add(uint32(35), uint32(0), query)
	f.Add(uint32(31), uint32(1), append([]byte{63}, make([]byte, 127)...))
	f.Add(uint32(13), uint32(1<<31), make([]byte, 64))
	f.Add(uint32(8), uint32(1<<32-1), []byte("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10"))
	f.Add(uint32(19), uint32(3), []byte("\x01\x00\x00\x00\xff"))
	f.Fuzz(func(t *testing.T, op, n uint32, data []byte) {
		args := [abi.MaxArgs]uint64{3, uint64(op), hostileAt, uint64(n)}
		for _, a := range [...]*abi.ABI{abi.AMD64, abi.I386} {
			hostile(t, a, "io_uring_register", args, data, abi.Result{})
			hostile(t, a, "io_uring_register", args, data, abi.Result{Value: ^uint64(21), Failed: true})
		}
	})
}

// FuzzEntries decodes what waits in a ring: entries of any operation, which may point into
// themselves.
func FuzzEntries(f *testing.F) {
	for op := range 66 {
		e := make([]byte, 128)
		e[0], e[24], e[44] = byte(op), 16, 16
		for _, at := range [...]int{8, 16, 48} {
			binary.LittleEndian.PutUint64(e[at:], hostileAt)
		}
		f.Add(e, uint8(op&1), uint8(2))
	}
	f.Fuzz(func(t *testing.T, data []byte, ring, n uint8) {
		m := mem.Snapshot{{Addr: hostileAt, Data: data}}
		for _, a := range [...]*abi.ABI{abi.AMD64, abi.I386} {
			nr, row, _ := syscalls.For(a).Named("io_uring_enter")
			c := decode.Call{TID: worldTID, Lookup: world{}}
			args := [abi.MaxArgs]uint64{40 + uint64(ring&1), uint64(n)}
			c.Enter(abi.Call{ABI: a, NR: nr, Args: args}, row, decode.Mode{Strings: 32, Verbose: n&1 != 0, FDs: decode.FDAll, Entries: true}, m)
			if n > 0 && len(c.Submitted.Elems) != int(n) {
				t.Fatalf("%d entries of %d", len(c.Submitted.Elems), n)
			}
			if n > 0 {
				var s strace.Style
				s.AppendValue(nil, c.Submitted)
			}
		}
	})
}
