package capture

import (
	"errors"
	"slices"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/procfs"
)

// A freeze is one taking of a process.
type freeze struct {
	session *Session
	options Options
	process *Process
	threads []*thread
	known   map[int]bool // threads that have been looked at, ended ones too
	memory  *memory
	copies  *copier
	begun   time.Time
}

// prepare reads what can be read of a process that runs.
func (f *freeze) prepare() error {
	f.process.PID = threadGroup(f.process.PID)
	f.known = map[int]bool{}
	state, err := f.list()
	if err != nil {
		return err
	}
	f.process.Name, _ = procfs.Comm(f.process.PID)
	if len(f.threads) == 0 {
		return lifeless(state)
	}
	return f.open(f.threads[0].TID)
}

// open gets at the process's memory through a thread that lives, which the leader need
// not be.
func (f *freeze) open(tid int) error {
	maps, err := procfs.Maps(tid)
	if err != nil {
		return because(tid, err)
	}
	if len(maps) == 0 {
		return lifeless(f.threads[0].State)
	}
	live, err := ptrace.OpenMem(tid)
	if err != nil {
		return because(tid, err)
	}
	f.process.Maps = maps
	f.memory = &memory{maps: maps, live: live, files: files{fit: sameInode}, frozen: true}
	f.process.Memory, f.process.held = f.memory, f.memory
	f.copies = &copier{live: live, maps: maps, arena: f.session.room(len(f.threads))}
	return nil
}

// list adds the threads that are new. It returns the state of the last one that has
// ended.
func (f *freeze) list() (ended byte, err error) {
	tids, err := procfs.Tasks(f.process.PID)
	if err != nil {
		return 0, err
	}
	for _, tid := range tids {
		if f.known[tid] {
			continue
		}
		f.known[tid] = true
		switch t, err := list(tid); {
		case err == nil:
			f.threads = append(f.threads, t)
		case errors.Is(err, errEnded):
			ended = t.State
		}
	}
	return ended, nil
}

// run is the freeze, on the tracer's thread.
func (f *freeze) run() error {
	if err := f.seize(); err != nil {
		return err
	}
	f.busyFirst()
	ptrace.Hurry()
	f.begun = time.Now()
	f.stop()
	f.take(f.in(stopped))
	f.while()
	f.release()
	f.process.Frozen = time.Since(f.begun)
	f.late()
	f.finish()
	return nil
}

// in returns the threads that are in a phase.
func (f *freeze) in(p phase) []*thread {
	var in []*thread
	for _, t := range f.threads {
		if t.phase == p {
			in = append(in, t)
		}
	}
	return in
}

// waiting returns the threads that are on their way to a stop.
func (f *freeze) waiting() []*thread {
	return slices.DeleteFunc(slices.Clone(f.threads), func(t *thread) bool { return !t.waiting() })
}

// seize makes the threads ours. The error is the first thread's if none could be had.
func (f *freeze) seize() error {
	var first error
	for _, t := range f.in(listed) {
		t.seize()
		if first == nil {
			first = t.Err
		}
	}
	switch {
	case len(f.in(seized)) > 0:
		return nil
	case first != nil:
		return first
	}
	return ErrGone
}

// busyFirst sorts the threads so that those that compute are stopped first.
func (f *freeze) busyFirst() {
	slices.SortStableFunc(f.threads, func(a, b *thread) int { return rank(a) - rank(b) })
}

func rank(t *thread) int {
	if t.State == 'R' {
		return 0
	}
	return 1
}

// rounds bounds how often stop looks for new threads: a process could make and end them
// faster than we seize them.
const rounds = 1000

// stop stops all threads. One may have been making another meanwhile; once all that are
// listed have stopped, none can.
func (f *freeze) stop() {
	for range rounds {
		for _, t := range f.in(seized) {
			t.interrupt()
		}
		f.collect()
		f.list()
		fresh := f.in(listed)
		if len(fresh) == 0 {
			return
		}
		for _, t := range fresh {
			t.seize()
		}
	}
}

const (
	nap      = 50 * time.Microsecond // between looks at threads that have not stopped
	firstAsk = 2 * time.Millisecond  // without a stop before the kernel is asked why
)

// collect waits for the threads to stop, but not for those in uninterruptible sleep.
func (f *freeze) collect() {
	ask, since := firstAsk, time.Now()
	for waiting := f.waiting(); len(waiting) > 0 && time.Since(f.begun) < f.options.Deadline; {
		ptrace.Nap(nap)
		before := len(waiting)
		waiting = slices.DeleteFunc(waiting, (*thread).arrived)
		switch {
		case len(waiting) < before:
			since = time.Now()
		case time.Since(since) > ask:
			waiting = slices.DeleteFunc(waiting, (*thread).asleep)
			ask *= 2
		}
	}
}

// asleep says whether there is no point in waiting for the thread. A leader that has
// ended is among those: wait tells its end only after that of all others.
func (t *thread) asleep() bool {
	s, err := procfs.Stat(t.TID)
	if err != nil || s.State == 'Z' || s.State == 'X' {
		t.phase = lost
		return true
	}
	return s.State == 'D'
}

// take copies the stacks of stopped threads.
func (f *freeze) take(threads []*thread) {
	var sps []abi.Addr
	for _, t := range threads {
		sps = append(sps, t.Regs.SP())
	}
	if len(sps) == 0 {
		return
	}
	f.copies.tid = threads[0].TID
	f.remap(sps)
	f.copies.stacks(sps, f.abi())
}

// remap reads the mappings again if a stack is in none of them: it has grown, or its
// thread is new.
func (f *freeze) remap(sps []abi.Addr) {
	if !slices.ContainsFunc(sps, func(sp abi.Addr) bool { return find(f.process.Maps, sp) == nil }) {
		return
	}
	for _, t := range f.in(stopped) {
		if maps, err := procfs.Maps(t.TID); err == nil && len(maps) > 0 {
			f.process.Maps, f.memory.maps, f.copies.maps = maps, maps, maps
			return
		}
	}
}

// abi is that of the threads' code.
func (f *freeze) abi() *abi.ABI {
	for _, t := range f.threads {
		if t.Regs.ABI != nil {
			return t.Regs.ABI
		}
	}
	return abi.Native
}

// while lets the caller look at the frozen process.
func (f *freeze) while() {
	if f.options.While == nil {
		return
	}
	f.report()
	f.copies.ranges(f.options.While(f.process))
}

// release lets the stopped threads go.
func (f *freeze) release() {
	f.memory.thaw(f.copies.spans)
	for _, t := range slices.Backward(f.in(stopped)) {
		t.release()
	}
}

// late takes the threads that did not stop with the others, each when it does, until the
// deadline.
func (f *freeze) late() {
	for waiting := f.waiting(); len(waiting) > 0 && time.Since(f.begun) < f.options.Deadline; waiting = f.waiting() {
		if n := len(waiting); len(slices.DeleteFunc(waiting, (*thread).arrived)) == n {
			time.Sleep(nap)
			continue
		}
		f.take(f.in(stopped))
		f.release()
	}
	for _, t := range f.waiting() {
		t.giveUp(f.options.Deadline, f.abi())
	}
}

// finish makes the result.
func (f *freeze) finish() {
	f.memory.thaw(f.copies.spans)
	f.session.arena, f.session.last = f.copies.arena, f.copies.total
	f.report()
}

// report tells of all threads that there are.
func (f *freeze) report() {
	slices.SortFunc(f.threads, func(a, b *thread) int { return a.TID - b.TID })
	f.process.Threads = f.process.Threads[:0]
	for _, t := range f.threads {
		if t.Regs.ABI != nil || t.Err != nil {
			f.process.Threads = append(f.process.Threads, t.Thread)
		}
	}
}

// held says whether the kernel has still to take threads from us.
func (f *freeze) held() bool {
	return slices.ContainsFunc(f.threads, func(t *thread) bool { return t.phase != free && t.phase != lost && t.phase != listed })
}
