// Package decode turns the words of a system call and the memory they point to
// into values, by the types of the system call table.
package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// Mode says how much of a call is decoded.
type Mode struct {
	Strings int  // the longest string, in bytes
	Verbose bool // nothing is left out; otherwise large structures and arrays are abbreviated
	Opaque  bool // pointers are not followed
	Raw     bool // every argument is a bare word
}

// A Call is one system call from its entry to its result. It is reused for the
// next call of the same task; values are valid until then.
type Call struct {
	abi.Call
	// Row is the call's description, nil for a number the ABI does not know.
	Row *syscalls.Syscall
	// Args are the arguments decoded so far, in order. At entry they end before the
	// first one whose value only the kernel's answer gives; at exit they are complete.
	// The last one of the entry may be a Change that is Apart: its After comes at exit.
	Args []value.Field
	// Result is what the call returned, Ret its decoded form, and After what is
	// shown behind it (nil for most calls). Set by Exit.
	Result abi.Result
	Ret    value.Value
	After  value.Value

	arena value.Arena
	mode  Mode
}

// Enter begins a call at its entry. Memory that cannot be read becomes Lost.
func (c *Call) Enter(call abi.Call, row *syscalls.Syscall, mode Mode, m mem.Reader) {
	c.arena.Reset()
	c.Call, c.Row, c.mode = call, row, mode
	c.Args, c.Ret, c.After = c.Args[:0], nil, nil
}

// Exit completes the call with its result.
func (c *Call) Exit(r abi.Result, m mem.Reader) { c.Result = r }
