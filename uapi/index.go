package uapi

import (
	"cmp"
	"slices"
)

// scanned is the number of constants up to which a scan is as fast as a search.
const scanned = 16

// An index is the positions of a set's constants, ordered by value and, for
// equal values, by position. It is built when a large set is first searched.
type index []uint16

func (s *Set) search(v uint64) (name string, ok bool) {
	x := s.index.Load()
	if x == nil {
		x = s.newIndex()
		s.index.Store(x)
	}
	i, ok := slices.BinarySearchFunc(*x, v, func(pos uint16, v uint64) int {
		return cmp.Compare(s.Consts[pos].Value, v)
	})
	if !ok {
		return "", false
	}
	return s.Consts[(*x)[i]].Name, true
}

func (s *Set) newIndex() *index {
	x := make(index, len(s.Consts))
	for i := range x {
		x[i] = uint16(i)
	}
	slices.SortStableFunc(x, func(a, b uint16) int {
		return cmp.Compare(s.Consts[a].Value, s.Consts[b].Value)
	})
	return &x
}
