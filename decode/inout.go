package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// remember keeps for the exit what lies at an address that the kernel both reads and writes.
func (x *context) remember(t syscalls.Type, at abi.Addr) {
	if at == 0 {
		return
	}
	x.part = wish
	switch t := t.(type) {
	case syscalls.Bits:
		x.keep(x.load(at, t.Size(x.abi)))
	case *syscalls.Record:
		x.keepValue(x.memory(t, at))
	case syscalls.Custom:
		x.custom(&t, uint64(at))
	case syscalls.Exchange:
		x.keepValue(x.memory(t.Before, at))
	}
	x.part = whole
}

// tagged returns the type that the integer at an address tells; at exit, that it told at entry.
func (x *context) tagged(t *syscalls.Tagged, w uint64) syscalls.Type {
	tag, ok := x.kept()
	if !x.exit {
		tag, ok = x.load(abi.Addr(x.abi.TruncateWord(w)), t.Width.Bytes(x.abi))
		x.keep(tag, ok)
	}
	if chosen := t.Cases[tag]; ok && chosen != nil {
		return chosen
	}
	return t.Else
}

// completed is a structure of which the kernel filled in a part.
func (x *context) completed(r *syscalls.Record, at abi.Addr) value.Value {
	before, ok := x.keptValue().(*value.Struct)
	if !ok {
		return x.a.Lost(at)
	}
	if x.c.Result.Failed {
		return x.a.Ptr(at, before)
	}
	x.part = answer
	after, ok := x.recordAt(r, at).(*value.Struct)
	x.part = whole
	if ok {
		x.merge(before, after)
	}
	return x.a.Ptr(at, before)
}

// exchanged is what was at an address, and what the kernel left there.
func (x *context) exchanged(t *syscalls.Exchange, at abi.Addr) value.Value {
	before := x.keptValue()
	if _, lost := before.(*value.Lost); lost || before == nil {
		return x.a.Lost(at)
	}
	if t.Joined {
		return x.a.Ptr(at, x.joined(before, x.memory(t.After, at)))
	}
	if x.c.Result.Failed {
		return x.a.Ptr(at, before)
	}
	return x.a.Change(x.a.Ptr(at, before), x.a.Ptr(at, x.memory(t.After, at)))
}

// joined is one structure of the fields of two.
func (x *context) joined(before, after value.Value) value.Value {
	s, ok := before.(*value.Struct)
	more, also := after.(*value.Struct)
	if !ok || !also {
		return before
	}
	known := len(s.Fields)
	room := known + len(more.Fields)
	s.Fields = append(x.a.Fields(room), s.Fields...)
	for _, f := range more.Fields {
		if i := indexOf(s.Fields[:known], f.Name); i >= 0 {
			s.Fields[i].Value = x.a.Change(s.Fields[i].Value, f.Value)
		} else {
			s.Fields = append(s.Fields, f)
		}
	}
	return s
}

// indexOf returns the index of the field of that name, -1 when there is none.
func indexOf(fields []value.Field, name string) int {
	for i := range fields {
		if fields[i].Name == name {
			return i
		}
	}
	return -1
}
