package breakpoint

import (
	"encoding/binary"
	"syscall"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/trace"
)

// A Set is the breakpoints of a run: a trace.Handler that plants them, hears when they are
// hit and passes on everything else. The tracer must Follow, since a task that nobody traces
// dies of a breakpoint.
type Set struct {
	// Next hears of all stops that are the program's own; it may be nil.
	Next trace.Handler
	// Cache is where files are opened; it may be shared, on the tracer's thread.
	Cache *image.Cache
	// Problem, when not nil, is told what went wrong with a process: breakpoints that could
	// not be planted in a file of it.
	Problem func(pid int, err error)
	// Loaded, when not nil, is told whenever a process may have come to map files: it has
	// executed a program, loaded a library, been made by fork, or been attached to. The task is
	// stopped. Ended is told when nothing runs in a space any more.
	Loaded func(task *trace.Task, space *image.Space)
	Ended  func(space *image.Space)

	breakpoints []*Breakpoint
	linker      *Breakpoint
	plans       map[*image.File]*plan
	spaces      map[*trace.Task]*space
	passing     map[*trace.Task]*passing
	held        map[*trace.Task]abi.Addr // where a task is that Hit holds, which has been told
	steps       map[*trace.Task]func(*abi.Regs)
	unarmed     map[*trace.Task]bool // whose debug registers are not set yet
	stopped     bool                 // everything is to stop
	left        bool
	regs        abi.Regs // of the task that has stopped
	hit         Hit
	shown       abi.Regs  // its registers
	memory      unplanted // and its memory
}

var _ trace.Leaver = (*Set)(nil)

// New returns a Set of those breakpoints.
func New(breakpoints ...*Breakpoint) *Set {
	s := &Set{
		Cache:       new(image.Cache),
		breakpoints: breakpoints,
		plans:       map[*image.File]*plan{},
		spaces:      map[*trace.Task]*space{},
		passing:     map[*trace.Task]*passing{},
		held:        map[*trace.Task]abi.Addr{},
		steps:       map[*trace.Task]func(*abi.Regs){},
		unarmed:     map[*trace.Task]bool{},
	}
	s.linker = &Breakpoint{Find: findLinker, Hit: s.linked}
	return s
}

// Add adds a breakpoint, before the run.
func (s *Set) Add(b *Breakpoint) { s.breakpoints = append(s.breakpoints, b) }

// Handle implements trace.Handler.
func (s *Set) Handle(stop *trace.Stop) (trace.Action, error) {
	a, err := s.handle(stop)
	if s.stopped && !s.left {
		a.Mode = max(a.Mode, trace.Hold)
	}
	return a, err
}

func (s *Set) handle(stop *trace.Stop) (trace.Action, error) {
	switch e := stop.Event.(type) {
	case *trace.SignalStop:
		s.armed(stop.Task)
		a, err := s.signal(stop, e)
		return s.ownTrap(stop, e, a), err
	case *trace.Trap:
		s.armed(stop.Task)
		return s.trap(stop)
	case *trace.Interrupted:
		s.interrupted(stop.Task)
	case *trace.Forked:
		s.forked(stop.Task, e.Child)
	case *trace.NewTask:
		s.born(stop.Task)
		s.armed(stop.Task)
	case *trace.Attached:
		s.attached(stop.Task)
	case *trace.Joined:
		s.joined(stop.Task)
	case *trace.Exec:
		s.executed(stop.Task, e)
	case *trace.Exited, *trace.Detached:
		defer s.gone(stop.Task)
	}
	return s.pass(stop)
}

// pass lets the next handler see a stop.
func (s *Set) pass(stop *trace.Stop) (trace.Action, error) {
	if s.Next == nil {
		return trace.Action{}, nil
	}
	return s.Next.Handle(stop)
}

// Leave implements trace.Leaver: the programs' text is theirs again.
func (s *Set) Leave() {
	s.left = true
	for task, sp := range s.spaces {
		sp.disarm(task)
	}
	for sp := range s.each() {
		s.report(sp, sp.clear())
	}
}

// interrupted handles a task that was asked to stop.
func (s *Set) interrupted(task *trace.Task) {
	if sp := s.spaces[task]; sp != nil && s.left {
		sp.disarm(task)
		return
	}
	s.armed(task)
}

// each returns all spaces, one of them once.
func (s *Set) each() map[*space]bool {
	spaces := map[*space]bool{}
	for _, sp := range s.spaces {
		spaces[sp] = true
	}
	return spaces
}

func (s *Set) report(sp *space, err error) {
	if err != nil && s.Problem != nil && !gone(err) {
		s.Problem(sp.pid, err)
	}
}

// The si_code values of a SIGTRAP that a breakpoint instruction raises.
const (
	siKernel  = 0x80 // x86
	trapBrkpt = 1    // elsewhere
)

// raised reports whether a breakpoint instruction has raised the signal.
func raised(e *trace.SignalStop) bool {
	code := siCode(e)
	return e.Signal == syscall.SIGTRAP && (code == siKernel || code == trapBrkpt)
}

// siCode is the si_code of a signal, which is not zero for one of the kernel's; zero if the
// kernel has not told.
func siCode(e *trace.SignalStop) int32 {
	if len(e.Info) < 12 {
		return 0
	}
	return int32(binary.NativeEndian.Uint32(e.Info[8:]))
}

// none suppresses a signal.
var none syscall.Signal

// signal looks at a signal that is about to be delivered: a breakpoint's, one that comes
// while the task runs a copied instruction, or the program's own.
func (s *Set) signal(stop *trace.Stop, e *trace.SignalStop) (trace.Action, error) {
	sp := s.spaces[stop.Task]
	if sp == nil {
		return s.pass(stop)
	}
	if e.Signal == syscall.SIGTRAP && siCode(e) == trapHWBkpt {
		if mode, ours, err := s.watched(stop); ours {
			return trace.Action{Mode: mode, Signal: &none}, err
		}
	}
	own := raised(e)
	if !own && !sp.hasCopies() {
		return s.pass(stop)
	}
	regs := &s.regs
	var err error
	if *regs, err = stop.Task.Regs(); err != nil {
		return s.pass(stop) // it is dying
	}
	if own {
		addr := regs.PC() - abi.Addr(regs.ABI.BreakAdjust)
		if at := sp.at(addr); at.site != nil {
			regs.SetPC(addr)
			return s.trapped(stop, sp, at, regs)
		}
	}
	if c := sp.copyAt(regs.PC()); c != nil {
		return s.inCopy(stop, e, c, regs)
	}
	return s.pass(stop)
}
