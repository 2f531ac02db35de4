// Package strace writes system calls, signals and the ends of tasks as strace
// writes them, to the byte.
//
// A Style turns one decoded value into text. A Printer keeps the lines of all
// tasks and breaks them where another task speaks in between. An Observer is the
// trace.Handler that feeds a Printer from the engine through the decoder. What
// is printed goes to a Sink, which decides when it reaches its destination.
package strace

import (
	"syscall"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/value"
)

// Options say what a Printer and an Observer show and how. The zero value prints
// nothing but is valid; Defaults is what strace does without options.
type Options struct {
	Style Style

	// Name stands before messages: "strace: Process 12 attached".
	Name string
	// Out takes the lines; nil prints none (-c). With Open set each task has a Sink of
	// its own instead (-ff), opened with the task and finished with it, if it is a
	// Finisher.
	Out  Sink
	Open func(tid int) (Sink, error)
	// Messages takes what is said about tracing rather than by it. It is Out when both
	// are the same stream.
	Messages Sink

	Column    int    // -a: where " = " stands
	Prefix    Prefix // which lines name their task
	ArgNames  bool   // -N
	Number    bool   // -n
	PC        bool   // -i
	Absolute  Clock  // -t -tt -ttt --absolute-timestamps
	Relative  Precision
	SpentTime Precision // -T
	Quiet     Quiet
	Status    Status // -z -Z -e status=; zero shows all

	Strings int              // -s, in bytes
	FDs     decode.FDDetail  // -y -yy --decode-fds
	PIDs    decode.PIDDetail // -Y --decode-pids
	// Namespaces shows the namespaces that tasks enter (--namespace=new).
	Namespaces bool
	// Entries shows what calls have an io_uring take (--decode-io-uring).
	Entries bool
	// VCPU is what is told of virtual processors (-e kvm).
	VCPU decode.VCPUDetail
	// About says which calls are shown by what they are about (-P, --trace-fds); nil
	// means all.
	About decode.Watch
	// Where says which calls are shown by what they do and what becomes of them (--where);
	// nil means all.
	Where *filter.Where
	// Pick says what to do with a system call; row is nil for an unknown number. It is
	// asked once for each call of each ABI. Nil shows all of them.
	Pick func(c abi.Call, row *syscalls.Syscall) Pick
	// Signals says which signals are shown; nil means all.
	Signals func(syscall.Signal) bool
	// ReadFD and WriteFD say of which descriptors the data is dumped; nil means none.
	ReadFD, WriteFD func(fd int32) bool

	// Stacks is what is shown of the call stacks of calls and signals (-k).
	Stacks StackTrace
	// Frames is how many calls of a stack are shown at most; zero for all there are.
	Frames int
	// Stack finds the call stack of the task and says whether it is to be shown now: at the
	// entry of a call only if the exit may be too late. Nil shows none.
	Stack func(s *trace.Stop, into *value.Stack) bool

	// Counter is told of each call that ended (-c, -C); nil for none.
	Counter Counter
	// SystemTime is the system time the task has used up to a stop; what a call used
	// goes to the Counter. Nil counts wall-clock time (-w).
	SystemTime func(*trace.Stop) time.Duration
	// Ended, when not nil, is called after each call that Pick shows has ended, and says
	// whether the task is to be traced on (--syscall-limit).
	Ended func(*trace.Stop) trace.Action
}

// Defaults returns the options of a plain strace run.
func Defaults() Options {
	return Options{Name: "strace", Column: 40, Strings: 32}
}

// A Counter collects calls for a summary. Package summary has one.
type Counter interface {
	// Count is told what a call took in system time, if that is asked for, and in any case
	// by the wall clock.
	Count(c abi.Call, name string, took, wall time.Duration, failed bool)
}

// A Pick is what to do with one system call.
type Pick struct {
	Show   bool // -e trace=
	Full   bool // -v, -e abbrev=!: nothing is left out
	Opaque bool // -e verbose=!: pointers are not followed
	Raw    bool // -e raw=: arguments are bare words
}

// Prefix says which lines begin with the id of their task.
type Prefix uint8

const (
	Several Prefix = iota // "[pid    12] " while more than one task is traced
	Always                // "12    " on each line
	Never                 // none: each task has a file of its own
)

// Precision is how exactly a time is written; Off does not write it.
type Precision uint8

const (
	Off Precision = iota
	Seconds
	Millis
	Micros
	Nanos
)

// A Clock is the form of the time that begins a line.
type Clock struct {
	Precision Precision
	Unix      bool // seconds since 1970 rather than the time of day
}

// Quiet are the kinds of messages that are left out.
type Quiet uint8

const (
	QuietAttach Quiet = 1 << iota
	QuietExit
	QuietPaths
	QuietPersonality
	QuietThreadExec
	QuietAll = QuietAttach | QuietExit | QuietPaths | QuietPersonality | QuietThreadExec
)

// Status are the outcomes of calls that are shown. When some are left out, a line
// is held back until its call's outcome is known.
type Status uint8

const (
	Successful Status = 1 << iota
	Failed
	Unfinished
	Unavailable
	Detached
	AnyStatus = Successful | Failed | Unfinished | Unavailable | Detached
)
