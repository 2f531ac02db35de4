package breakpoint_test

import (
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/trace"
)

// watching returns a set that watches the fixture's variable as soon as its address is known,
// and counts.
func watching(t *testing.T, size int, writes *int) *breakpoint.Set {
	var set *breakpoint.Set
	w := &breakpoint.Watch{Size: size, Access: breakpoint.Writes, Hit: func(*trace.Stop, *breakpoint.Watch) (trace.Mode, error) {
		*writes++
		return trace.Default, nil
	}}
	set = breakpoint.New(&breakpoint.Breakpoint{Find: at("watched_ready"), Hit: func(h *breakpoint.Hit) (trace.Mode, error) {
		w.Addr = abi.Addr(h.Regs.Values[h.Regs.ABI.Args[0]])
		if h.Regs.ABI == abi.I386 {
			var arg [4]byte
			h.Memory.ReadMem(arg[:], h.Regs.SP()+4)
			w.Addr = abi.Addr(arg[0]) | abi.Addr(arg[1])<<8 | abi.Addr(arg[2])<<16 | abi.Addr(arg[3])<<24
		}
		if err := set.Watch(h.Task, w); err != nil {
			t.Error(err)
		}
		return trace.Default, nil
	}})
	return set
}

// Each write of each thread is seen, of threads made later too.
func TestWatch(t *testing.T) {
	for name, flags := range map[string][]fixture.Flag{"amd64": nil, "i386": {fixture.M32}} {
		t.Run(name, func(t *testing.T) {
			writes, size := 0, 8
			if name == "i386" {
				size = 4
			}
			if got := run(t, watching(t, size, &writes), fixture.Build(t, "watched", flags...)); got != "watched: over\n" {
				t.Errorf("the program said %q", got)
			}
			if writes != 40 {
				t.Errorf("%d writes, want 40", writes)
			}
		})
	}
}
