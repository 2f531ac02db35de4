package capture

import (
	"errors"
	"os"
	"slices"
	"sync/atomic"
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
	dead    error        // why the last thread that is not in threads is not
	memory  *memory
	copies  *copier
	begun   time.Time
	seizing seizing
	frozen  atomic.Bool // threads have been asked to stop, or never will be
	err     error
}

// errMoved is the error of a process that has become another while it was being taken: it
// has executed a program, or its threads have ended. It has to be looked at again.
var errMoved = errors.New("it executes programs faster than it can be stopped; try again")

// take takes the process once.
func (f *freeze) take() error {
	if err := f.prepare(); err != nil {
		return err
	}
	return f.onThread()
}

// prepare reads what can be read of a process that runs.
func (f *freeze) prepare() error {
	f.process.PID = procfs.ThreadGroup(f.process.PID)
	leader, err := procfs.Stat(f.process.PID)
	if err != nil {
		return err
	}
	switch {
	case f.process.PID == os.Getpid():
		return ErrSelf
	case !f.session.sees(leader):
		return ErrGone
	}
	f.process.Name = leader.Comm
	f.known = map[int]bool{}
	switch whole, err := f.list(); {
	case err != nil:
		return err
	case len(f.threads) > 0:
		return f.open()
	case whole:
		return f.dead
	}
	return errMoved
}

// open gets at the process's memory through a thread that has it. The leader need not be
// one, nor any thread that is about to end.
func (f *freeze) open() error {
	for _, t := range f.threads {
		maps, err := procfs.Maps(t.TID)
		switch {
		case err != nil && !procfs.Gone(err):
			return because(t.TID, err)
		case len(maps) == 0:
			continue
		}
		live, err := ptrace.OpenMem(t.TID)
		if err != nil {
			return because(t.TID, err)
		}
		f.memory = &memory{maps: maps, live: live, files: files{fit: sameInode}, frozen: true}
		f.process.Maps, f.process.Memory, f.process.held = maps, f.memory, f.memory
		f.copies = &copier{memory: f.memory, arena: f.session.room(len(f.threads))}
		return nil
	}
	return errMoved
}

// list adds the threads that are new. It reports whether the kernel has told of all. A thread
// that it has named and does not know may have ended, or is not born to the end: it is asked
// for again.
func (f *freeze) list() (whole bool, err error) {
	tids, whole, err := procfs.AllTasks(f.process.PID)
	if err != nil {
		return false, err
	}
	for _, tid := range tids {
		if f.known[tid] {
			continue
		}
		t, err := look(f.process.PID, tid)
		if procfs.Gone(err) {
			whole = false
			continue
		}
		if f.known[tid] = true; err != nil {
			f.dead = err
			continue
		}
		f.threads = append(f.threads, t)
	}
	return whole, nil
}

// steps are what is done on the tracer's thread, in this order. An error is the last.
var steps = []func(*freeze) error{
	(*freeze).seize,
	(*freeze).begin,
	(*freeze).stop,
	(*freeze).settled,
	(*freeze).copy,
	(*freeze).while,
	(*freeze).release,
	(*freeze).late,
	(*freeze).finish,
}

// run is the freeze, on the tracer's thread.
func (f *freeze) run() error {
	for _, step := range steps {
		if err := step(f); err != nil {
			return err
		}
	}
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
	err := errMoved
	for _, t := range f.in(listed) {
		t.seize(&f.seizing, f.process.PID)
		if err == errMoved && t.Err != nil {
			err = t.Err
		}
	}
	if len(f.in(seized)) > 0 {
		return nil
	}
	return err
}

// begin prepares our thread for the time that the process is frozen.
func (f *freeze) begin() error {
	if !f.frozen.CompareAndSwap(false, true) {
		return errExecuting
	}
	f.busyFirst()
	ptrace.Hurry()
	f.begun = time.Now()
	return nil
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

// settled checks that there is still the process that was prepared.
func (f *freeze) settled() error {
	if f.moved() || len(f.in(stopped))+len(f.waiting()) == 0 {
		f.release()
		return errMoved
	}
	return nil
}

// moved says whether the memory that was prepared is no process's any more.
func (f *freeze) moved() bool {
	var word [1]byte
	_, err := f.memory.live.ReadMem(word[:], f.process.Maps[0].Start)
	return ptrace.Gone(err)
}

// copy copies the stacks of the stopped threads.
func (f *freeze) copy() error {
	threads := f.in(stopped)
	if len(threads) == 0 {
		return nil
	}
	f.copies.tid = threads[0].TID
	if !f.mapped(threads) {
		f.remap()
	}
	f.copies.stacks(stackPointers(threads), f.abi())
	return nil
}

func stackPointers(threads []*thread) []abi.Addr {
	sps := make([]abi.Addr, len(threads))
	for i, t := range threads {
		sps[i] = t.Regs.SP()
	}
	return sps
}

// mapped says whether the mappings have the threads' stacks and code. A stack may have
// grown, or be that of a thread which is new.
func (f *freeze) mapped(threads []*thread) bool {
	for _, t := range threads {
		if find(f.memory.maps, t.Regs.SP()) == nil || find(f.memory.maps, t.Regs.PC()) == nil {
			return false
		}
	}
	return true
}

// remap reads the mappings again. What shared its memory with its parent may have got one of
// its own.
func (f *freeze) remap() {
	maps, err := procfs.Maps(f.copies.tid)
	if err != nil || len(maps) == 0 {
		return
	}
	f.process.Maps, f.memory.maps = maps, maps
	if live, err := ptrace.OpenMem(f.copies.tid); err == nil {
		f.memory.live.Close()
		f.memory.live = live
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
func (f *freeze) while() error {
	if f.options.While != nil {
		f.report()
		f.copies.ranges(f.options.While(f.process))
	}
	return nil
}

// release lets the stopped threads go.
func (f *freeze) release() error {
	f.memory.thaw(f.copies.spans)
	for _, t := range slices.Backward(f.in(stopped)) {
		t.release()
	}
	if f.process.Frozen == 0 {
		f.process.Frozen = time.Since(f.begun)
	}
	return nil
}

// late takes the threads that did not stop with the others, each when it does, until the
// deadline. Those that did not the last time either, and sleep still, are not worth that.
func (f *freeze) late() error {
	sleeps := func(t *thread) bool { return t.State == 'D' && f.session.givenUp[t.TID] != nil }
	for waiting := f.waiting(); !f.overdue(); waiting = f.waiting() {
		if waiting = slices.DeleteFunc(waiting, sleeps); len(waiting) == 0 {
			break
		}
		if n := len(waiting); len(slices.DeleteFunc(waiting, (*thread).arrived)) == n {
			time.Sleep(nap)
			continue
		}
		if f.moved() {
			return errMoved
		}
		f.copy()
		f.release()
	}
	f.giveUp()
	return nil
}

// giveUp says of the threads that have not stopped why.
func (f *freeze) giveUp() {
	before := f.session.givenUp
	f.session.givenUp = map[int]error{}
	for _, t := range f.waiting() {
		if t.giveUp(f.options.Deadline, f.abi()); before[t.TID] != nil && !f.overdue() {
			t.Err = before[t.TID]
		}
		f.session.givenUp[t.TID] = t.Err
	}
}

// overdue says whether the deadline has passed.
func (f *freeze) overdue() bool { return time.Since(f.begun) >= f.options.Deadline }

// finish makes the result.
func (f *freeze) finish() error {
	f.memory.thaw(f.copies.spans)
	f.session.arena, f.session.last = f.copies.arena, f.copies.total
	f.report()
	if len(f.process.Threads) == 0 {
		return errMoved
	}
	return nil
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
	return slices.ContainsFunc(f.threads, func(t *thread) bool { return t.phase > listed && t.phase < free })
}
