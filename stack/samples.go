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

	index map[string]int
}

// A Sampled is a stack of a thread and how often it was seen.
type Sampled struct {
	Thread
	Count int
}

// Add counts the stacks of a process.
func (s *Samples) Add(p *Process) {
	s.PID, s.Program = p.PID, p.Program
	s.Taken++
	s.Frozen += p.Frozen
	if s.index == nil {
		s.index = map[string]int{}
	}
	for i := range p.Threads {
		s.add(&p.Threads[i])
	}
}

func (s *Samples) add(t *Thread) {
	key := strconv.Itoa(t.TID) + ":" + t.key()
	at, known := s.index[key]
	if !known {
		at = len(s.Stacks)
		s.index[key] = at
		s.Stacks = append(s.Stacks, Sampled{Thread: *t})
	}
	s.Stacks[at].Count++
}

// threads is how many threads were seen.
func (s *Samples) threads() int {
	seen := map[int]bool{}
	for i := range s.Stacks {
		seen[s.Stacks[i].TID] = true
	}
	return len(seen)
}

// WriteFolded writes a line for each different stack and how often it was seen.
func (s *Samples) WriteFolded(w io.Writer) error {
	f := folded{}
	for i := range s.Stacks {
		f.add(s.Program, &s.Stacks[i].Thread, s.Stacks[i].Count)
	}
	return f.write(w)
}
