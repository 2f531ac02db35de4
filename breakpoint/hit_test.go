package breakpoint_test

import (
	"strconv"
	"testing"

	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/trace"
)

// kinds are the functions of the fixture visited, and places within them.
var kinds = []string{
	"begins_push", "begins_riprel", "begins_call", "begins_jump", "begins_branch", "begins_branch2",
	"begins_ret", "begins_ret2", "begins_indirect", "begins_rep", "begins_lock", "begins_nop", "begins_sub",
}

// Threads and a child of fork run into breakpoints on instructions of every kind, also while
// a timer's signals interrupt them, and where a filter kills who maps memory, so that instructions
// cannot be copied; each hit is counted, and the program does what it does.
func TestEachHitCounts(t *testing.T) {
	for name, flags := range map[string][]fixture.Flag{"amd64": nil, "i386": {fixture.M32}, "static": {fixture.Static}} {
		for how, came := range map[string]string{"signals": "came", "filter": "off"} {
			t.Run(name+"/"+how, func(t *testing.T) {
				eachHitCounts(t, fixture.Build(t, "visited", flags...), name == "i386", how, came)
			})
		}
	}
}

func eachHitCounts(t *testing.T, program string, short bool, how, came string) {
	const threads, rounds = 8, 50
	args := []string{strconv.Itoa(threads), strconv.Itoa(rounds), how}
	hits := map[string]int{}
	set := breakpoint.New()
	for _, kind := range kinds {
		set.Add(&breakpoint.Breakpoint{Find: at(kind), Hit: func(h *breakpoint.Hit) (trace.Mode, error) {
			hits[kind]++
			return trace.Default, nil
		}})
	}
	got := run(t, set, program, args...)
	if want := "visited: 550 in the child\nvisited: 4400, child 0, signals " + came + "\n"; got != want {
		t.Errorf("the program said %q, want %q", got, want)
	}
	push := 5 // begins_call, begins_jump, begins_branch and begins_indirect end in begins_push
	if short {
		push = 3
	}
	for _, kind := range kinds {
		want := (threads + 1) * rounds
		if kind == "begins_push" {
			want *= push
		}
		if hits[kind] != want {
			t.Errorf("%s: %d hits, want %d", kind, hits[kind], want)
		}
	}
}

// What is read of memory at a hit is the program's own, not the breakpoints.
func TestMemoryAtHit(t *testing.T) {
	c := counter{}
	check := &breakpoint.Breakpoint{Find: at("begins_push"), Hit: func(h *breakpoint.Hit) (trace.Mode, error) {
		var shown, there [1]byte
		if _, err := h.Memory.ReadMem(shown[:], h.Addr); err != nil {
			t.Error(err)
		}
		if _, err := h.Task.ReadMem(there[:], h.Addr); err != nil {
			t.Error(err)
		}
		if shown[0] != 0x55 || there[0] != 0xCC {
			t.Errorf("%#x shown, %#x there, want 0x55 and 0xcc", shown, there)
		}
		return trace.Default, nil
	}}
	run(t, breakpoint.New(append(c.on("begins_push"), check)...), fixture.Build(t, "visited"))
	c.want(t, "begins_push", 10)
}
