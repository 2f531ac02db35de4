package strace

import (
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/mem"
)

// dumped returns what a dumper shows of a call.
func dumped(a *abi.ABI, s shape, left uint64, m mem.Reader, args ...uint64) string {
	l := &line{call: decode.Call{Call: abi.Call{ABI: a}, Result: abi.Result{Value: left}}}
	copy(l.call.Call.Args[:], args)
	d := dumper{m: m, abi: a, left: left}
	d.transfer(s, l)
	return string(d.text)
}

func TestDumpBuffer(t *testing.T) {
	m := mem.Snapshot{{Addr: 0x1000, Data: []byte("root:x:0:0:root:/root\x1b\n\x80")}}
	want := " | 00000  72 6f 6f 74 3a 78 3a 30  3a 30 3a 72 6f 6f 74 3a  root:x:0:0:root: |\n" +
		" | 00010  2f 72 6f 6f 74 1b 0a 80                           /root...         |\n"
	if diff := cmp.Diff(want, dumped(abi.AMD64, oneBuffer, dumpMost, m, 3, 0x1000, 24)); diff != "" {
		t.Error(diff)
	}
	if got := dumped(abi.AMD64, oneBuffer, dumpMost, m, 3, 0x1000, 25); got != "" {
		t.Errorf("a buffer that cannot be read whole: %q", got)
	}
	if got := dumped(abi.AMD64, oneBuffer, 0, m, 3, 0x1000, 24); got != "" {
		t.Errorf("nothing was read: %q", got)
	}
}

// words lays out integers of the ABI's word.
func words(a *abi.ABI, vs ...uint64) []byte {
	var b []byte
	for _, v := range vs {
		b = binary.LittleEndian.AppendUint64(b, v)[:len(b)+a.Word]
	}
	return b
}

func TestDumpVectors(t *testing.T) {
	for _, a := range []*abi.ABI{abi.AMD64, abi.I386} {
		iov := words(a, 0x1000, 3, 0x1003, 2)
		header := words(a, 0, 0, 0x2000, 2, 0, 0, 0, 4)
		m := mem.Snapshot{
			{Addr: 0x1000, Data: []byte("abcde")},
			{Addr: 0x2000, Data: iov},
			{Addr: 0x3000, Data: header},
		}
		first := " * 3 bytes in buffer 0\n | 00000  61 62 63                                          abc              |\n"
		all := first + " * 2 bytes in buffer 1\n | 00000  64 65                                             de               |\n"
		part := first + " * 1 bytes in buffer 1\n | 00000  64                                                d                |\n"
		for _, tt := range []struct {
			shape shape
			left  uint64
			addr  uint64
			want  string
		}{
			{vector, dumpMost, 0x2000, all},
			{vector, 4, 0x2000, part},
			{vector, 3, 0x2000, first},
			{message, dumpMost, 0x3000, all},
			{messageVec, 1, 0x3000, " = 2 buffers in vector 0\n" + part},
			{messageVec, 2, 0x3000, " = 2 buffers in vector 0\n" + part},
			{message, dumpMost, 0x9000, ""},
		} {
			if diff := cmp.Diff(tt.want, dumped(a, tt.shape, tt.left, m, 3, tt.addr, 2)); diff != "" {
				t.Errorf("%s, shape %d, %d bytes: %s", a, tt.shape, tt.left, diff)
			}
		}
	}
}
