package trial

import (
	"syscall"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/trace"
)

// mark is the command of the fcntl that Mark makes.
const mark = 0x74726961

// Mark is called by a program that is Marked, where what is of interest begins.
func Mark() { syscall.Syscall(syscall.SYS_FCNTL, ^uintptr(0), mark, 0) }

func marks(c abi.Call) bool {
	return c.ABI == abi.Native && c.NR == syscall.SYS_FCNTL && int32(c.Args[0]) == -1 && c.Args[1] == mark
}

// A gate keeps the calls of a Marked program from the handlers until its mark.
type gate struct {
	next trace.Handler
	open bool
}

// Handle implements trace.Handler.
func (g *gate) Handle(s *trace.Stop) (trace.Action, error) {
	if g.open {
		return g.next.Handle(s)
	}
	switch e := s.Event.(type) {
	case *trace.SyscallEnter:
		return trace.Action{}, nil
	case *trace.SyscallExit:
		g.open = marks(e.Call)
		return trace.Action{}, nil
	}
	return g.next.Handle(s)
}
