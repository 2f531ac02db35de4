package stack

import (
	"io"
	"strconv"
	"time"
)

// Samples are the stacks that a process was seen in again and again.
type Samples struct {
	PID     int
	Program string
	Taken   int           // how often the process was looked at
	Every   time.Duration // from one look to the next
	Began   time.Time
	Took    time.Duration
	Frozen  time.Duration // in all
	Stacks  []Sampled     // in the order in which they were first seen

	Goroutines bool // they are those of goroutines

	index map[string]int
	seen  map[uint64]bool // the ids of goroutines
}

// A Sampled is a stack of a thread, or of any goroutine, and how often it was seen.
type Sampled struct {
	Thread
	Count int
	Doing string // what the goroutine did, or waited for
}

// Add counts the stacks of a process.
func (s *Samples) Add(p *Process) {
	s.PID, s.Program = p.PID, p.Program
	s.Taken++
	s.Frozen += p.Frozen
	if s.index == nil {
		s.index, s.seen = map[string]int{}, map[uint64]bool{}
	}
	s.Goroutines = s.Goroutines || p.Goroutines != nil
	for i := range p.Goroutines {
		s.seen[p.Goroutines[i].ID] = true
	}
	for t, doing := range p.stacks() {
		s.add(t, doing)
	}
}

// add counts a stack. Goroutines are too many to be told apart.
func (s *Samples) add(t *Thread, doing string) {
	one := *t
	if s.Goroutines {
		one = Thread{ABI: t.ABI, Frames: t.Frames, Ended: t.Ended}
	}
	key := strconv.Itoa(one.TID) + ":" + doing + ":" + t.key()
	at, known := s.index[key]
	if !known {
		at = len(s.Stacks)
		s.index[key] = at
		s.Stacks = append(s.Stacks, Sampled{Thread: one, Doing: doing})
	}
	s.Stacks[at].Count++
}

// subjects says how many threads or goroutines were seen.
func (s *Samples) subjects() string {
	if s.Goroutines {
		return count(len(s.seen), "goroutine")
	}
	seen := map[int]bool{}
	for i := range s.Stacks {
		seen[s.Stacks[i].TID] = true
	}
	return count(len(seen), "thread")
}

// WriteFolded writes a line for each different stack and how often it was seen.
func (s *Samples) WriteFolded(w io.Writer) error {
	f := folded{}
	for i := range s.Stacks {
		f.add(s.Program, &s.Stacks[i].Thread, s.Stacks[i].Count)
	}
	return f.write(w)
}
