// Package capture takes what a stack walk needs of a running process: registers and
// the used part of every thread's stack. It holds the process as short as it can and
// lets it go before anybody looks at what was taken.
//
// What can be read of a running process is read before: names, states, mappings. Then
// all threads are seized, which does not disturb them, and only then stopped, each with
// a wake-up of its own. Their stacks are copied many at a time, and they are let go.
// A thread in uninterruptible sleep keeps nobody waiting: the others go on, and it is
// taken when it wakes up, or given up. See freeze.
//
// A core file is a process that was taken before. See Core.
package capture

import (
	"io"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/procfs"
)

// A Process is what was taken.
type Process struct {
	PID     int
	Name    string
	Threads []Thread
	Maps    []procfs.Mapping
	Memory  mem.Reader    // what was copied; then what does not change, such as code
	Frozen  time.Duration // from the first stop asked for to the last thread let go

	Dump // what only a core tells

	held io.Closer
}

// Close gives up the files that Memory reads.
func (p *Process) Close() error {
	if p.held == nil {
		return nil
	}
	return p.held.Close()
}

// A Thread is one thread of a Process.
type Thread struct {
	TID   int
	Name  string
	State byte // as /proc/pid/stat has it, before it was stopped
	Regs  abi.Regs
	Call  *abi.Call // the system call it is in; nil outside
	Wchan string    // the kernel function it sleeps in; empty if unknown
	Err   error     // why there are no registers, as when it did not stop in time
}

// Options are for Take.
type Options struct {
	// Deadline is how long a thread may take to stop, and a process to come to the end of an
	// execve; DefaultDeadline if zero.
	Deadline time.Duration
	// While is called during the freeze, when all registers are there. The Memory of the
	// Process is that of the frozen process then. It returns what else to copy.
	While func(*Process) []Range
}

// DefaultDeadline is how long a thread may take to stop.
const DefaultDeadline = time.Second

// A Range is a range of a process's memory.
type Range struct{ Start, End abi.Addr }

// Take takes a running process. Given the id of a thread, it takes the thread's process.
func Take(pid int, o Options) (*Process, error) {
	s := Session{PID: pid, Options: o}
	return s.Take()
}
