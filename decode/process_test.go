package decode

import (
	"encoding/binary"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/syscalls"
)

// The calls that every program makes, or makes often, allocate nothing.
func TestProcessesAllocateNothing(t *testing.T) {
	page := make([]byte, 0x3000)
	put := func(at int, words ...uint64) {
		for i, w := range words {
			binary.LittleEndian.PutUint64(page[at+8*i:], w)
		}
	}
	put(0, 0x2000, 0x2008, 0, 0, 17)
	put(0x1000, 0x73_6c, 0x6c2d)
	m := mem.Snapshot{{Addr: 0x1000, Data: page}}
	for _, test := range []struct {
		name   string
		args   [6]uint64
		result uint64
	}{
		{"rt_sigaction", [6]uint64{10, 0x1000, 0x2000, 8}, 0},
		{"rt_sigprocmask", [6]uint64{2, 0x1000, 0x2000, 8}, 0},
		{"rt_sigreturn", [6]uint64{}, 0},
		{"mmap", [6]uint64{0, 4096, 3, 0x22, 1<<64 - 1, 0}, 0x7000},
		{"mprotect", [6]uint64{0x7000, 4096, 1}, 0},
		{"brk", [6]uint64{}, 0x7000},
		{"execve", [6]uint64{0x2000, 0x1000, 0x1000}, 0},
		{"clone", [6]uint64{0x1200011, 0, 0, 0x2000, 0}, 42},
		{"clone3", [6]uint64{0x1000, 88}, 42},
		{"wait4", [6]uint64{1<<64 - 1, 0x2000, 0, 0x2000}, 42},
		{"prlimit64", [6]uint64{0, 3, 0x1000, 0x2000}, 0},
		{"sched_getaffinity", [6]uint64{0, 8, 0x1000}, 8},
		{"getrandom", [6]uint64{0x1000, 8, 1}, 8},
		{"capget", [6]uint64{0x1000, 0x2000}, 0},
		{"personality", [6]uint64{0x40008}, 0x40008},
		{"ptrace", [6]uint64{0x420e, 42, 88, 0x2000}, 33},
		{"prctl", [6]uint64{52, 0}, 2},
	} {
		_, row, ok := syscalls.For(abi.AMD64).Named(test.name)
		if !ok {
			t.Fatalf("no call %s", test.name)
		}
		s := sample{call: abi.Call{ABI: abi.AMD64, Args: test.args}, row: row, result: abi.Result{Value: test.result}, m: m}
		var c Call
		c.SP = 0x1000
		s.decode(&c)
		if n := testing.AllocsPerRun(20, func() { s.decode(&c) }); n != 0 {
			t.Errorf("%s: %v allocations a call", test.name, n)
		}
	}
}
