package strace

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
)

// A choice is what is known about a system call before it is made.
type choice struct {
	Pick
	row  *syscalls.Syscall
	name string
	made bool
}

// choices remembers what Options.Pick said.
type choices struct {
	pick func(abi.Call, *syscalls.Syscall) Pick
	abi  *abi.ABI // whose rows current is
	rows []choice
	all  map[*abi.ABI][]choice

	parts map[*syscalls.Part]*choice // of calls that stand for others
}

// numbered is how many numbers are remembered; all ABIs have fewer calls.
const numbered = 1024

func (c *choices) of(call abi.Call) *choice {
	if call.ABI != c.abi {
		c.change(call.ABI)
	}
	nr := call.NR &^ call.ABI.NRBit
	if nr >= numbered || call.NR&call.ABI.NRBit != call.ABI.NRBit {
		odd := c.make(call)
		return &odd
	}
	n := &c.rows[nr]
	if !n.made {
		*n = c.make(call)
	}
	if n.row != nil && n.row.Mux != syscalls.Single {
		return c.ofPart(n, call)
	}
	return n
}

// ofPart is of for a call that stands for another one.
func (c *choices) ofPart(whole *choice, call abi.Call) *choice {
	part := whole.row.Part(call.Args[0])
	if part == nil {
		return whole
	}
	if c.parts[part] == nil {
		if c.parts == nil {
			c.parts = map[*syscalls.Part]*choice{}
		}
		n := c.make(call)
		c.parts[part] = &n
	}
	return c.parts[part]
}

func (c *choices) change(a *abi.ABI) {
	if c.all == nil {
		c.all = map[*abi.ABI][]choice{}
	}
	if c.all[a] == nil {
		c.all[a] = make([]choice, numbered)
	}
	c.abi, c.rows = a, c.all[a]
}

func (c *choices) make(call abi.Call) choice {
	n := choice{Pick: Pick{Show: true}, row: syscalls.For(call.ABI).Row(call.NR), made: true}
	if n.row != nil {
		n.name = n.row.Name
	} else {
		n.name = string(appendName(nil, call))
	}
	if c.pick != nil {
		n.Pick = c.pick(call, n.row)
	}
	return n
}

// appendName appends the name of a call.
func appendName(dst []byte, call abi.Call) []byte {
	if row := syscalls.For(call.ABI).Row(call.NR); row != nil {
		return append(dst, row.Name...)
	}
	return appendHex(append(dst, "syscall_"...), call.NR)
}
