package breakpoint_test

import (
	"slices"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/trace"
)

// watching returns a set that watches the fixture's variable as soon as its address is known,
// and counts.
func watching(t *testing.T, size int, writes *int) *breakpoint.Set {
	w := &breakpoint.Watch{Size: size, Access: breakpoint.Writes, Hit: func(*breakpoint.Hit) (trace.Mode, error) {
		*writes++
		return trace.Default, nil
	}}
	return whenReady("watched_ready", func(s *breakpoint.Set, h *breakpoint.Hit) {
		w.Addr = argument(h, 0)
		if err := s.Watch(h.Task, w); err != nil {
			t.Error(err)
		}
	})
}

// whenReady returns a set that calls a function where a program calls one.
func whenReady(name string, do func(*breakpoint.Set, *breakpoint.Hit)) (set *breakpoint.Set) {
	set = breakpoint.New(&breakpoint.Breakpoint{Find: at(name), Hit: func(h *breakpoint.Hit) (trace.Mode, error) {
		do(set, h)
		return trace.Default, nil
	}})
	return set
}

// argument is an argument of the function that a task is about to run.
func argument(h *breakpoint.Hit, n int) abi.Addr {
	if h.Regs.ABI == abi.I386 {
		return word(h, h.Regs.SP()+abi.Addr(4+4*n))
	}
	return abi.Addr(h.Regs.Values[h.Regs.ABI.Args[n]])
}

// word is a pointer in a task's memory.
func word(h *breakpoint.Hit, at abi.Addr) abi.Addr {
	var b [8]byte
	n, _ := h.Memory.ReadMem(b[:h.Regs.ABI.Word], at)
	return abi.Addr(mem.Little(b[:n]))
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

// Each use is told with the instruction that it was, in children too, and whether or not there
// are breakpoints at all of them.
func TestWatchedInstructions(t *testing.T) {
	for name, flags := range machines {
		t.Run(name, func(t *testing.T) { usedBy(t, false, fixture.Build(t, "accesses", flags...)) })
		t.Run(name+" with breakpoints", func(t *testing.T) { usedBy(t, true, fixture.Build(t, "accesses", flags...)) })
	}
}

func usedBy(t *testing.T, breakpoints bool, program string) {
	var want, got []abi.Addr
	set := whenReady("accesses_ready", func(s *breakpoint.Set, h *breakpoint.Hit) {
		table := argument(h, 1)
		for at := word(h, table); at != 0; at = word(h, table) {
			want = append(want, at)
			table += abi.Addr(h.Regs.ABI.Word)
			if breakpoints {
				s.Plant(h.Task, at, &breakpoint.Breakpoint{Hit: pass})
			}
		}
		w := &breakpoint.Watch{Addr: argument(h, 0), Size: h.Regs.ABI.Word, Access: breakpoint.Uses}
		w.Hit = func(h *breakpoint.Hit) (trace.Mode, error) {
			if len(got) == 0 || got[len(got)-1] != h.Addr { // an instruction that repeats is told more often
				got = append(got, h.Addr)
			}
			return trace.Default, nil
		}
		if err := s.Watch(h.Task, w); err != nil {
			t.Error(err)
		}
		s.Loaded = func(child *trace.Task, _ *image.Space) { s.Watch(child, w) }
	})
	if said := run(t, set, program); said != "accesses: over 7\n" {
		t.Errorf("the program said %q", said)
	}
	want = slices.Repeat(want, 3)
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Fatalf("%d: got %v, want %v", i, got, want)
		}
	}
}

func pass(*breakpoint.Hit) (trace.Mode, error) { return trace.Default, nil }
