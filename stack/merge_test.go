package stack

import "testing"

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
