package tamper

import (
	"math"
	"math/rand/v2"
)

// when tells which of the matching calls a rule is applied to. The zero value is all.
type when struct {
	first, last, step uint64
}

// has reports whether the n-th call, counted from 1, is among them.
func (w when) has(n uint64) bool {
	switch {
	case w.first == 0:
		return true
	case n < w.first || n > w.last:
		return false
	}
	return (n-w.first)%w.step == 0
}

// beyond is the last of calls without end.
const beyond = math.MaxUint64

// chance is how probable it is that a rule is applied. The zero value is certain.
type chance struct {
	given       bool
	probability float64
}

// draw decides with the numbers of a task.
func (c chance) draw(r *rand.Rand) bool { return !c.given || r.Float64() < c.probability }

// numbers are the random numbers of a rule in one task. They depend on the seed and on the
// place of the task in the tree alone, so that they are the same in every run.
func numbers(seed, task uint64, rule int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, task^uint64(rule)<<56))
}

// childKey is the place in the tree of the n-th child of a task.
func childKey(parent, n uint64) uint64 {
	x := parent*0x9e3779b97f4a7c15 + n + 1 // as in splitmix64
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Random reports whether chance has a say in any of the rules.
func Random(rules []*Rule) bool {
	for _, r := range rules {
		if r.chance.given {
			return true
		}
	}
	return false
}
