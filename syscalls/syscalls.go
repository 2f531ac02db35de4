// Package syscalls is the system call table: what every call of every ABI is
// named, which number it has, which parameters it takes and what it returns.
//
// A call is described once, as data. Regular calls are complete here; for the
// irregular rest a Custom type names the decoder that package decode holds, so
// that the table depends on nothing that reads memory. Rows live in one file per
// subsystem; numbers are generated.
package syscalls

import (
	"sync/atomic"

	"github.com/trapline/trapline/abi"
)

// A Syscall is one row of the table.
type Syscall struct {
	Name   string // the kernel's name: openat
	Class  Class
	Ret    Type
	Params []Param
	// After is what is shown behind the result, such as the descriptors that poll
	// found ready; nil for most calls.
	After Type
	// Mux says how the call stands for one of Parts; zero for most calls.
	Mux   Mux
	Parts []Part
	// Named says that arguments are shown with their names, as clone's are.
	Named bool
	// Submits says that the call has the kernel take what waits in an io_uring.
	Submits bool
}

// A Param is a parameter of a call or a field of a structure. A field without a name is
// a structure or a union whose fields are shown among those around it.
type Param struct {
	Name string // as in the manual page: pathname
	Type Type
	// Verbose marks a field that is left out unless everything is asked for.
	Verbose bool
	// Or names a sibling that is reason enough to show a Verbose field, if it is not zero.
	Or string
	// Out marks a field of a structure behind an InOut pointer that the kernel fills in:
	// it is shown behind the others, when the call succeeded.
	Out bool
	// Spare marks a field that is left out while all its bytes are zero.
	Spare bool
	// Reg is, plus one, the register of a parameter that is not in the next one:
	// clone shows its stack before its flags. Zero: the next one; NoRegister: in none.
	Reg int
}

// NoRegister is the Reg of what a call finds elsewhere, as sigreturn does on the stack.
const NoRegister = -1

// Class is the set of groups a call belongs to; -e trace=%file asks for one.
type Class uint32

const (
	Desc    Class = 1 << iota // takes or returns a descriptor
	File                      // takes a file name
	Net                       // network
	Process                   // process management
	Signal                    // signals
	IPC                       // System V IPC
	Memory                    // memory mapping
	Creds                     // user and group identities
	Clock                     // reading and setting clocks
	Pure                      // always succeeds and takes no arguments
	Stat                      // the stat family ...
	LStat
	FStat
	StatLike // statx and other calls that answer as stat does
	StatFS
	FStatFS
	StatFSLike
)

// A Table is the calls of one ABI.
type Table struct {
	ABI   *abi.ABI
	names []string                  // by number without ABI.NRBit; empty where there is no call
	rows  []atomic.Pointer[Syscall] // likewise; nil until it is asked for
}

// Row returns the call with that number, which includes ABI.NRBit, or nil when
// the ABI has no such call.
func (t *Table) Row(nr uint64) *Syscall {
	if nr&t.ABI.NRBit != t.ABI.NRBit {
		return nil
	}
	nr &^= t.ABI.NRBit
	if nr >= uint64(len(t.rows)) {
		return nil
	}
	if row := t.rows[nr].Load(); row != nil {
		return row
	}
	return t.describe(nr)
}
