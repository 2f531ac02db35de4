package main

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// compare stops a process so many times at random moments and compares what gdb and
// Trapline see.
func (s *stage) compare(pid, times int) (total tally, err error) {
	gdb, err := newDebugger(s, s.dir)
	if err != nil {
		return total, err
	}
	defer gdb.close()
	for range times {
		time.Sleep(time.Duration(rand.IntN(5000)) * time.Microsecond)
		one, err := s.once(pid, gdb)
		total.add(one)
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// once stops a process, has both look at it and lets it go on. We look first: what we leave
// of the stop is what gdb finds.
func (s *stage) once(pid int, gdb *debugger) (t tally, err error) {
	if err := freeze(pid); err != nil {
		return t, err
	}
	defer thaw(pid)
	called, err := codeOf(pid)
	if err != nil {
		return t, err
	}
	ours, err := s.ours(pid, gdb)
	if err != nil {
		return t, err
	}
	if err := settle(pid); err != nil { // a tracer that leaves lets a task stop anew
		return t, fmt.Errorf("after trapline stack: %w", err)
	}
	theirs, err := gdb.look(pid, s.symbols)
	if err != nil {
		return t, err
	}
	return compareThreads(theirs, ours, called), nil
}

// ours is what Trapline sees; without one, what gdb does.
func (s *stage) ours(pid int, gdb *debugger) ([]thread, error) {
	if *trapline == "" {
		return gdb.look(pid, s.symbols)
	}
	return look(s, pid)
}
