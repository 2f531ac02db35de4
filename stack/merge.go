package stack

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A group is threads whose stacks are the same.
type group []*Thread

// groups puts threads with the same stack together, in the order of the first of each. One
// that got a signal stays by itself.
func groups(threads []Thread) (all []group) {
	index := map[string]int{}
	for i := range threads {
		t := &threads[i]
		key := t.key()
		at, known := index[key]
		if !known || t.Signal != nil {
			at = len(all)
			all = append(all, nil)
		}
		if !known && t.Signal == nil {
			index[key] = at
		}
		all[at] = append(all[at], t)
	}
	return all
}

// single makes each thread a group.
func single(threads []Thread) []group {
	all := make([]group, len(threads))
	for i := range threads {
		all[i] = group{&threads[i]}
	}
	return all
}

// key is the same for the same stack.
func (t *Thread) key() string {
	key := make([]byte, 0, 8*len(t.Frames)+len(t.Ended))
	for i := range t.Frames {
		key = binary.LittleEndian.AppendUint64(key, uint64(t.Frames[i].PC))
	}
	return string(append(key, t.Ended...))
}

// ids lists the threads of the group: "12-14, 16".
func (g group) ids() string {
	ids := make([]int, len(g))
	for i, t := range g {
		ids[i] = t.TID
	}
	return ranges(ids)
}

// ranges lists ids.
func ranges(ids []int) string {
	slices.Sort(ids)
	var parts []string
	for len(ids) > 0 {
		n := run(ids)
		if n > 2 {
			parts = append(parts, fmt.Sprintf("%d-%d", ids[0], ids[n-1]))
		} else {
			n = 1
			parts = append(parts, strconv.Itoa(ids[0]))
		}
		ids = ids[n:]
	}
	return strings.Join(parts, ", ")
}

// run is how many ids follow each other from the first.
func run(ids []int) int {
	n := 1
	for n < len(ids) && ids[n] == ids[n-1]+1 {
		n++
	}
	return n
}

// common returns what of says of every one; false when it is not the same.
func common[S ~[]*E, E any, T comparable](g S, of func(*E) T) (v T, same bool) {
	v = of(g[0])
	for _, t := range g[1:] {
		if of(t) != v {
			var none T
			return none, false
		}
	}
	return v, true
}
