package edit

import (
	"fmt"
	"syscall"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/trace"
)

// Scratch is memory of a traced program that nothing of the program lies in: a mapping
// that the program was made to make, one for each task, so that no other call uses it at
// the same time. Memory below the stack pointer would not do: there lie the red zone, and
// in Go programs other stacks.
type Scratch struct {
	base abi.Addr
	size int
	used int
}

// A NeedError says that a change needs Size bytes of scratch memory where there are fewer.
type NeedError struct{ Size int }

func (e *NeedError) Error() string {
	return fmt.Sprintf("edit: %d bytes of scratch memory needed", e.Size)
}

// scratchUnit is what mappings are a multiple of.
const scratchUnit = 1 << 16

// maxScratch is the largest mapping that is asked for.
const maxScratch = 1 << 30

// take returns room for n bytes, which the next call of the task may take again.
func (s *Scratch) take(n int) (abi.Addr, error) {
	n = (n + 15) &^ 15
	if n < 0 || n > maxScratch {
		return 0, fmt.Errorf("edit: %d bytes of scratch memory are too many", n)
	}
	if s.used+n > s.size {
		return 0, &NeedError{s.used + n}
	}
	at := s.base + abi.Addr(s.used)
	s.used += n
	return at, nil
}

// holds says whether an address is in the scratch memory.
func (s *Scratch) holds(at abi.Addr) bool { return at >= s.base && at-s.base < abi.Addr(s.size) }

// within says whether pointers of the ABI reach all of it.
func (s *Scratch) within(a *abi.ABI) bool {
	return a.Word == 8 || uint64(s.base)+uint64(s.size) <= 1<<32
}

// A Store keeps the scratch memory of all tasks.
type Store struct {
	tasks map[*trace.Task]*Scratch
	free  map[int][]*Scratch  // by process: what nobody uses
	guest map[*trace.Task]int // tasks that run in the memory of another process, this one
}

// NewStore makes an empty Store.
func NewStore() *Store {
	return &Store{tasks: map[*trace.Task]*Scratch{}, free: map[int][]*Scratch{}, guest: map[*trace.Task]int{}}
}

// For returns the scratch memory of a task that is at the entry of a call of the ABI, all
// of it free.
func (s *Store) For(t *trace.Task, a *abi.ABI) *Scratch {
	mine := s.tasks[t]
	if mine == nil {
		mine = s.reuse(s.home(t))
		s.tasks[t] = mine
	}
	if !mine.within(a) {
		mine = &Scratch{}
		s.tasks[t] = mine
	}
	mine.used = 0
	return mine
}

// home is the process in whose memory a task runs.
func (s *Store) home(t *trace.Task) int {
	if host := s.guest[t]; host != 0 {
		return host
	}
	return t.TGID()
}

// reuse takes what another task of the process has left.
func (s *Store) reuse(process int) *Scratch {
	left := s.free[process]
	if len(left) == 0 {
		return &Scratch{}
	}
	s.free[process] = left[:len(left)-1]
	return left[len(left)-1]
}

// leave gives up what a task has, for others that run in the same memory.
func (s *Store) leave(t *trace.Task) {
	if mine, home := s.tasks[t], s.home(t); mine != nil && mine.size > 0 && home != t.TID() {
		s.free[home] = append(s.free[home], mine)
	}
	if t.TID() == t.TGID() {
		delete(s.free, t.TGID())
	}
	delete(s.tasks, t)
	delete(s.guest, t)
}

// Request is the call by which a task maps at least size bytes of scratch memory.
func Request(a *abi.ABI, size int) (abi.Call, error) {
	size = (size + scratchUnit - 1) / scratchUnit * scratchUnit
	const (
		readWrite        = 3
		privateAnonymous = 0x22
	)
	for _, name := range []string{"mmap2", "mmap"} {
		if nr, _, ok := syscalls.For(a).Named(name); ok {
			minusOne := a.TruncateReg(^uint64(0))
			return abi.Call{ABI: a, NR: nr, Args: [6]uint64{0, uint64(size), readWrite, privateAnonymous, minusOne, 0}}, nil
		}
	}
	return abi.Call{}, fmt.Errorf("edit: %s has no mmap", a)
}

// Grant takes what Request's call has returned as the scratch memory of the task.
func (s *Store) Grant(t *trace.Task, request abi.Call, r abi.Result) (*Scratch, error) {
	if r.Failed {
		return nil, fmt.Errorf("edit: map scratch memory in %d: %w", t.TID(), syscall.Errno(r.Errno()))
	}
	mine := &Scratch{base: abi.Addr(request.ABI.TruncateWord(r.Value)), size: int(request.Args[1])}
	s.tasks[t] = mine
	return mine, nil
}

// Born notes a task that another made. A new process begins with a copy of its maker's
// memory, scratch memory included, or runs in that memory itself, with scratch memory of
// its own.
func (s *Store) Born(t, maker *trace.Task) error {
	theirs := s.tasks[maker]
	if theirs == nil || t.TGID() == maker.TGID() {
		return nil
	}
	shared, err := t.SharesMemory(maker)
	switch {
	case err != nil:
		return err
	case shared:
		s.guest[t] = s.home(maker)
	default:
		mine := *theirs
		s.tasks[t] = &mine
	}
	return nil
}

// Ended notes the end of a task.
func (s *Store) Ended(t *trace.Task) { s.leave(t) }

// Replaced notes that the process of a task runs a new program.
func (s *Store) Replaced(t *trace.Task) { s.leave(t) }
