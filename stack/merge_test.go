package stack

import (
	"slices"
	"testing"
)

func TestGroupIDs(t *testing.T) {
	for _, tt := range []struct {
		tids []int
		want string
	}{
		{[]int{7}, "7"},
		{[]int{7, 8}, "7, 8"},
		{[]int{9, 8, 7, 12, 14, 15, 16, 17}, "7-9, 12, 14-17"},
	} {
		var g group
		for _, tid := range tt.tids {
			g = append(g, &Thread{TID: tid})
		}
		if got := g.ids(); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.tids, got, tt.want)
		}
	}
}

// Stacks that end for another reason, or in other calls, are not the same.
func TestGroups(t *testing.T) {
	p := server()
	p.Threads[4].Ended = more
	var sizes []int
	for _, g := range groups(p.Threads) {
		sizes = append(sizes, len(g))
	}
	if len(sizes) != 5 || sizes[1] != 2 {
		t.Errorf("groups of %v", sizes)
	}
}

// The thread that got a signal stays by itself, wherever it is among those with its stack.
func TestGroupOfSignal(t *testing.T) {
	for tid := 4712; tid <= 4713; tid++ {
		p := server()
		p.Got(&Signal{Number: 11, Name: "SIGSEGV", TID: tid})
		for _, g := range groups(p.Threads) {
			if slices.ContainsFunc(g, func(t *Thread) bool { return t.Signal != nil }) && (len(g) != 1 || g[0].TID != tid) {
				t.Errorf("the signal of %d is that of %s", tid, g.ids())
			}
		}
		if all := groups(p.Threads); len(all) != 5 {
			t.Errorf("%d groups", len(all))
		}
	}
}
