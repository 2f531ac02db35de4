package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// scope is the parameters or fields among which a name is looked up.
type scope struct {
	params []syscalls.Param
	words  []uint64 // of parameters
	data   []byte   // of fields: the structure
	// record, if not nil, is the structure that lies at an address and is read as needed.
	record *syscalls.Record
	at     abi.Addr
}

// sibling returns the integer that the parameter or field of that name holds. What a
// structure does not have is a parameter.
func (x *context) sibling(name string) (uint64, bool) {
	switch {
	case x.scope.data != nil:
		if v, ok := x.field(name); ok {
			return v, true
		}
	case x.scope.record != nil:
		if v, ok := x.fieldAt(name); ok {
			return v, true
		}
	}
	return x.parameter(name)
}

// parameter returns the integer that the parameter of that name holds.
func (x *context) parameter(name string) (uint64, bool) {
	for i := range min(len(x.c.words), len(x.c.params)) {
		if p := &x.c.params[i]; p.Name == name {
			return truncate(x.c.words[i], max(p.Type.Size(x.abi), 1)), true
		}
	}
	return 0, false
}

// field returns the integer of a field of the structure in scope.
func (x *context) field(name string) (uint64, bool) {
	i, at := x.place(name)
	if i < 0 {
		return 0, false
	}
	return integer(x.scope.data, at, x.scope.params[i].Type.Size(x.abi)), true
}

// place returns which field of the structure in scope has that name, and where it is; -1
// when there is none.
func (x *context) place(name string) (i, at int) {
	for i := range x.scope.params {
		p := &x.scope.params[i]
		at = alignUp(at, p.Type.Align(x.abi))
		if p.Name == name {
			return i, at
		}
		at += p.Type.Size(x.abi)
	}
	return -1, 0
}

// ref returns the count that r names.
func (x *context) ref(r syscalls.Ref) (uint64, bool) {
	if r != syscalls.Result {
		return x.sibling(string(r))
	}
	if x.c.Result.Failed {
		return 0, false
	}
	return x.c.Result.Value, true
}

// arg returns the value of the sibling that the Custom type names as its i-th
// argument, zero when it names none.
func (x *context) arg(i int) uint64 {
	if i >= len(x.args) {
		return 0
	}
	v, _ := x.ref(syscalls.Ref(x.args[i]))
	return v
}

// saved is what the entry keeps for the exit, by parameter.
type saved struct {
	have   uint8
	words  [8]uint64
	values [8]value.Value
}

// save keeps what is behind the pointers that the kernel both reads and writes and that
// the entry did not come to.
func (c *Call) save() {
	for i := c.next; i < len(c.params) && i < len(c.saved.words); i++ {
		c.x.index = i
		if p, ok := c.x.inout(c.params[i].Type); ok {
			c.x.remember(p.Elem, abi.Addr(c.ABI.TruncateWord(c.words[i])))
		} else if t, ok := c.params[i].Type.(syscalls.Custom); ok && i > c.next {
			c.x.custom(&t, c.words[i])
		}
	}
}

// inout returns t if it is a pointer to what is both read and written.
func (x *context) inout(t syscalls.Type) (syscalls.Pointer, bool) {
	switch s := t.(type) {
	case syscalls.Switch:
		t = x.choose(&s)
	case syscalls.If:
		t = s.Then
	case syscalls.Wide:
		t = s.Then
	case syscalls.Tagged:
		t = x.tagged(&s, x.c.words[x.index])
	}
	p, ok := t.(syscalls.Pointer)
	return p, ok && p.Dir == syscalls.InOut
}

// keep saves w of this parameter for the exit, when ok.
func (x *context) keep(w uint64, ok bool) {
	if ok && x.index < len(x.c.saved.words) {
		x.c.saved.have |= 1 << x.index
		x.c.saved.words[x.index] = w
	}
}

// kept returns what the entry saved for this parameter.
func (x *context) kept() (uint64, bool) {
	if x.index >= len(x.c.saved.words) {
		return 0, false
	}
	return x.c.saved.words[x.index], x.c.saved.have>>x.index&1 != 0
}

// keepValue saves a decoded value of this parameter for the exit.
func (x *context) keepValue(v value.Value) {
	if x.index < len(x.c.saved.values) {
		x.c.saved.values[x.index] = v
	}
}

// keptValue returns the value that the entry saved for this parameter, or nil.
func (x *context) keptValue() value.Value {
	if x.index >= len(x.c.saved.values) {
		return nil
	}
	return x.c.saved.values[x.index]
}
