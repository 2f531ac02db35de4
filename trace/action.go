package trace

import (
	"syscall"

	"github.com/trapline/trapline/abi"
)

// Mode is how a task goes on after a stop. When handlers ask for different modes
// the strictest, the one later in this list, wins.
type Mode uint8

const (
	Default Mode = iota // as Options say: Syscall, or Run without Options.Syscalls
	Run                 // until something other than a system call happens
	Syscall             // until the next system call's entry or exit
	Step                // for one instruction
	Hold                // not at all, until Task.Release
	Detach              // untraced
)

// An Action is what a handler wants changed at a stop. The zero Action changes
// nothing. It takes effect after all handlers have run.
type Action struct {
	Mode Mode
	// Call, at SyscallEnter, is made instead of the program's call. The registers that
	// carried it are the program's own again when it returns, so that a call that the
	// kernel restarts is the program's, and comes to a SyscallEnter again.
	Call *abi.Call
	// Return, at SyscallEnter, is what the call returns without being made.
	Return *abi.Result
	Result *abi.Result // at SyscallExit: replace the result
	// Again, at the SyscallExit of a call that Call or Return has replaced, has the
	// program make its own call once more; a SyscallEnter follows. Result is ignored.
	Again  bool
	Regs   *abi.Regs       // replace the general registers
	Writes []Write         // memory, written in order
	Signal *syscall.Signal // at SignalStop and Trap: deliver this one instead; zero delivers none
	Info   []byte          // the siginfo_t of Signal; nil for what the kernel makes up
}

// A Write is bytes to place in the task's memory.
type Write struct {
	Addr abi.Addr
	Data []byte
}

// merge adds what b asks for to a. Where both replace the same thing b, the later
// handler, wins.
func (a *Action) merge(b Action) {
	a.Mode = max(a.Mode, b.Mode)
	if b.Call != nil {
		a.Call = b.Call
	}
	if b.Return != nil {
		a.Return = b.Return
	}
	if b.Result != nil {
		a.Result = b.Result
	}
	a.Again = a.Again || b.Again
	if b.Regs != nil {
		a.Regs = b.Regs
	}
	if b.Signal != nil {
		a.Signal, a.Info = b.Signal, b.Info
	}
	a.Writes = append(a.Writes, b.Writes...)
}
