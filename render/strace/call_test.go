package strace

import (
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/syscalls"
)

func TestAppendCall(t *testing.T) {
	interrupted := abi.Result{Value: ^uint64(3), Failed: true}
	for _, tt := range []struct {
		nr     uint64
		args   [abi.MaxArgs]uint64
		ended  bool
		expect string
	}{
		{0, [abi.MaxArgs]uint64{3, 0x1000, 16}, false, "read(3)"},
		{0, [abi.MaxArgs]uint64{3, 0x1000, 16}, true, "read(3, 0x1000, 16)"},
		{34, [abi.MaxArgs]uint64{}, true, "pause()"},
		{56, [abi.MaxArgs]uint64{17, 0, 0, 0, 0}, true, "clone(child_stack=NULL, flags=SIGCHLD)"},
		{9999, [abi.MaxArgs]uint64{1}, true, "syscall_0x270f(0x1, 0, 0, 0, 0, 0)"},
	} {
		raw := abi.Call{ABI: abi.AMD64, NR: tt.nr, Args: tt.args}
		var c decode.Call
		c.Enter(raw, syscalls.For(raw.ABI).Row(raw.NR), decode.Mode{Strings: 32}, mem.Snapshot{})
		if tt.ended {
			c.Exit(interrupted, mem.Snapshot{})
		}
		var s Style
		if got := string(s.AppendCall(nil, &c)); got != tt.expect {
			t.Errorf("%d: %s, want %s", tt.nr, got, tt.expect)
		}
	}
}
