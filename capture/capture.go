// Package capture takes what a stack walk needs of a running process: registers and
// the used part of every thread's stack. It holds the process as short as it can and
// lets it go before anybody looks at what was taken.
package capture

import (
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/procfs"
)

// A Process is what was taken.
type Process struct {
	PID     int
	Threads []Thread
	Maps    []procfs.Mapping
	Memory  mem.Reader    // what was copied; then what does not change, such as code
	Frozen  time.Duration // from the first stop asked for to the last thread let go
}

// A Thread is one thread of a Process.
type Thread struct {
	TID   int
	Name  string
	State byte // as /proc/pid/stat has it, before it was stopped
	Regs  abi.Regs
	Call  *abi.Call // the system call it is in; nil outside
	Wchan string    // the kernel function it sleeps in; empty if unknown
	Err   error     // why there are no registers; it did not stop in time
}
