// Package json writes a trace as data, one JSON object a line, and reads it back.
//
// A line is a record: a header first, then what happened in the order in which it
// ended. A call is one record, written when it returns. Its arguments are the tree
// of package value, and from a record the same tree can be rebuilt: docs/JSON.md
// describes the form and docs/trace.schema.json holds it to that.
//
// An Observer is the trace.Handler that writes. A Reader reads records from a
// stream that may hold anything, and Ordered puts what they tell in the order in
// which it happened.
package json

import (
	"syscall"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/value"
)

// Schema is the version of the form. It grows when a reader of the version before
// would misunderstand; what a reader may skip comes without a new version.
const Schema = 1

// A Sink takes finished lines. It keeps nothing of p.
type Sink interface{ Write(p []byte) }

// Options say what an Observer writes.
type Options struct {
	Out Sink
	// Version is the program's, for the header.
	Version string
	// Strings is the limit of strings that Pick gives to all calls, for the header.
	Strings int
	// PC asks where signals find a task. Calls always say where they were made.
	PC bool
	// FDs and PIDs are what siginfo_t tells of descriptors and processes; what calls tell
	// is a matter of Pick.
	FDs  decode.FDDetail
	PIDs decode.PIDDetail
	// Pick says whether a call is shown and how it is decoded; row is nil for an
	// unknown number.
	Pick func(c abi.Call, row *syscalls.Syscall) (decode.Mode, bool)
	// About says which calls are shown by what they are about; nil means all.
	About decode.Watch
	// Where says which calls are shown by what they do and what becomes of them; nil means
	// all.
	Where *filter.Where
	// Signals says which signals and stops by them are shown; nil means all. Ends of
	// tasks always are.
	Signals func(syscall.Signal) bool
	// Status says which outcomes of calls are shown; nil means all.
	Status func(Status) bool
	// Stack finds the call stack of the task and says whether it is to be written: at the
	// entry of a call only if the exit may be too late. Nil writes none.
	Stack func(s *trace.Stop, into *value.Stack) bool
	// Ended, when not nil, is called after each call that Pick shows has ended.
	Ended func(*trace.Stop) trace.Action
}

// Status is how a call ended.
type Status uint8

const (
	Successful Status = iota
	Failed
	Unfinished // its task ended in it
	Detached   // its task was let go in it
	Unseen     // nobody saw how: another thread's execve took its task's place
)

var statusNames = [...]string{
	Successful: "successful",
	Failed:     "failed",
	Unfinished: "unfinished",
	Detached:   "detached",
	Unseen:     "unseen",
}

func (s Status) String() string { return statusNames[s] }
