package main

import (
	"path"
	"slices"
)

// A tally is what comparing stacks came to.
type tally struct {
	frames      int // that count: gdb's, and ours between gdb's
	equal       int
	more        int // gdb knows no function, we do, from a table that gdb does not read
	tails       int // gdb's that are on the stack no more, and not among ours
	astray      int // gdb's at and after a place that no call is before
	further     int // ours beyond the place where gdb gave up or went astray
	lines       int // of equal frames, where gdb knows a line
	equalLines  int
	differences []difference
	strays      []difference // the first of those astray on each stack
}

// A difference is a frame that only one of the two has, or that they tell differently.
type difference struct {
	thread      int
	gdb, ours   *frame
	onlyTheLine bool
	inner       []frame // gdb's, up to three before
	end         string  // why our stack ends
}

func (t *tally) add(o tally) {
	t.frames += o.frames
	t.equal += o.equal
	t.more += o.more
	t.tails += o.tails
	t.astray += o.astray
	t.further += o.further
	t.lines += o.lines
	t.equalLines += o.equalLines
	t.differences = append(t.differences, o.differences...)
	t.strays = append(t.strays, o.strays...)
}

// judged are the frames of which equal is a part: not those that gdb cannot name and we can,
// and not those that gdb adds to what is on the stack.
func (t *tally) judged() int { return t.frames - t.more - t.tails }

// fraction is that of frames with the same function.
func (t *tally) fraction() float64 {
	if t.judged() == 0 {
		return 1
	}
	return float64(t.equal) / float64(t.judged())
}

// lineFraction is that of lines which agree.
func (t *tally) lineFraction() float64 {
	if t.lines == 0 {
		return 1
	}
	return float64(t.equalLines) / float64(t.lines)
}

// compareThreads compares the threads of a process by their ids. Called says of an address
// whether there is a call before it. Where gdb has a frame that no call has led to, and we
// have not, it has gone astray.
func compareThreads(gdb, ours []thread, called func(address) bool) tally {
	var total tally
	byID := map[int]thread{}
	for _, t := range ours {
		byID[t.TID] = t
	}
	for _, theirs := range gdb {
		ours := byID[theirs.TID]
		sound := theirs.upTo(func(before, f *frame) bool { return !f.follows(before, called) && !ours.has(f.PC) })
		one := compareStacks(sound, ours)
		if n := len(sound.Frames); n < len(theirs.Frames) {
			one.astray = len(theirs.Frames) - n
			one.strays = []difference{{gdb: &theirs.Frames[n], inner: theirs.Frames[max(0, n-3):n], end: ours.Ended}}
		}
		for _, d := range [][]difference{one.differences, one.strays} {
			for i := range d {
				d[i].thread = theirs.TID
			}
		}
		total.add(one)
	}
	return total
}

// upTo is a stack up to the first frame that is astray, which the innermost cannot be.
func (t thread) upTo(astray func(before, f *frame) bool) thread {
	for i := 1; i < len(t.Frames); i++ {
		if astray(&t.Frames[i-1], &t.Frames[i]) {
			return thread{t.TID, t.Frames[:i], "went astray"}
		}
	}
	return t
}

func (t thread) has(pc address) bool {
	return slices.ContainsFunc(t.Frames, func(f frame) bool { return f.PC == pc })
}

// follows reports whether the frame before may return to this one: there is a call, unless
// a signal has interrupted it, or the two are one frame in truth.
func (f *frame) follows(before *frame, called func(address) bool) bool {
	return f.Interrupted || f.Tail || before.PC == f.PC || called(f.PC)
}

// compareStacks compares two stacks of the same thread. What we have after the last of gdb's
// frames is held against us when gdb says that there is nothing.
func compareStacks(gdb, ours thread) (t tally) {
	pairs := align(gdb.Frames, ours.Frames)
	last := len(pairs)
	for last > 0 && pairs[last-1].gdb == nil {
		last--
	}
	if gdb.Ended == "" || gdb.Ended == outermost {
		last = len(pairs)
	}
	t.further = len(pairs) - last
	at := 0
	for _, p := range pairs[:last] {
		t.judge(p, difference{gdb: p.gdb, ours: p.ours, inner: gdb.Frames[max(0, at-3):at], end: ours.Ended})
		if p.gdb != nil {
			at++
		}
	}
	return t
}

// outermost is how gdb says that a stack has ended as it should.
const outermost = "outermost"

// judge counts a pair, or notes how it differs.
func (t *tally) judge(p pair, d difference) {
	t.frames++
	switch {
	case p.equal():
		t.equal++
		t.judgeLine(p, d)
	case p.ours != nil && p.gdb != nil && p.gdb.Function == "" && p.ours.named():
		t.more++
	case p.ours == nil && p.gdb.Tail:
		t.tails++
	default:
		t.differences = append(t.differences, d)
	}
}

// named reports whether we know a function that gdb may not know: from tables that it does not
// read, or one that is about to run, which it takes for what is before it.
func (f *frame) named() bool {
	return f.From == "pclntab" || f.From == "dwarf" || f.From != "" && f.Offset == 0
}

func (t *tally) judgeLine(p pair, d difference) {
	if p.gdb.Line == 0 {
		return
	}
	t.lines++
	if p.gdb.Line == p.ours.Line && path.Base(p.gdb.File) == path.Base(p.ours.File) {
		t.equalLines++
		return
	}
	d.onlyTheLine = true
	t.differences = append(t.differences, d)
}

// A pair are two frames at the same place of two stacks; one is nil when the other stack
// has no such frame.
type pair struct{ gdb, ours *frame }

func (p pair) equal() bool {
	return p.gdb != nil && p.ours != nil && same(p.gdb, p.ours)
}

// same reports whether two frames are of the same function. The address of a frame is the
// same for all that is inlined there.
func same(a, b *frame) bool {
	return a.PC == b.PC && a.plain == b.plain
}

// align pairs the frames of two stacks. Most stacks are equal, and deep ones are long: what
// is equal at both ends needs no search.
func align(a, b []frame) (pairs []pair) {
	for len(a) > 0 && len(b) > 0 && same(&a[0], &b[0]) {
		pairs = append(pairs, pair{&a[0], &b[0]})
		a, b = a[1:], b[1:]
	}
	tail := 0
	for tail < min(len(a), len(b)) && same(&a[len(a)-1-tail], &b[len(b)-1-tail]) {
		tail++
	}
	pairs = append(pairs, search(a[:len(a)-tail], b[:len(b)-tail])...)
	for ; tail > 0; tail-- {
		pairs = append(pairs, pair{&a[len(a)-tail], &b[len(b)-tail]})
	}
	return pairs
}

// search pairs as many equal frames as there can be in order, and between them those with
// the same address.
func search(a, b []frame) (pairs []pair) {
	common := commonLengths(a, b)
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && (same(&a[i], &b[j]) || a[i].PC == b[j].PC && common[i+1][j+1] == common[i][j]):
			pairs = append(pairs, pair{&a[i], &b[j]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			pairs = append(pairs, pair{&a[i], nil})
			i++
		default:
			pairs = append(pairs, pair{nil, &b[j]})
			j++
		}
	}
	return pairs
}

// commonLengths are the lengths of the longest common subsequences of a[i:] and b[j:].
func commonLengths(a, b []frame) [][]int {
	lengths := make([][]int, len(a)+1)
	lengths[len(a)] = make([]int, len(b)+1)
	for i := len(a) - 1; i >= 0; i-- {
		lengths[i] = make([]int, len(b)+1)
		for j := len(b) - 1; j >= 0; j-- {
			lengths[i][j] = max(lengths[i+1][j], lengths[i][j+1])
			if same(&a[i], &b[j]) {
				lengths[i][j] = max(lengths[i][j], lengths[i+1][j+1]+1)
			}
		}
	}
	return lengths
}
