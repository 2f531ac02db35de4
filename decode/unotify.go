package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// seccompNotice is struct seccomp_notif: a call that a listener decides about.
var seccompNotice = &syscalls.Record{Name: "seccomp_notif", Fields: []syscalls.Param{
	{Name: "id", Type: x64},
	{Name: "pid", Type: pid},
	{Name: "flags", Type: x32},
	{Name: "data", Type: &syscalls.Record{Name: "seccomp_data", Fields: []syscalls.Param{
		{Name: "nr", Type: syscalls.Custom{Name: "noticeCall", Args: []string{"arch"}, Width: 4}},
		{Name: "arch", Type: syscalls.Bits{Width: 4, Set: uapi.AuditArchs}},
		{Name: "instruction_pointer", Type: syscalls.Bits{Width: 8, Form: value.Address}},
		{Name: "args", Type: syscalls.Array{Elem: x64, Count: 6}},
	}}},
}}

// notice decodes the call that a listener gets. What is there before is shown if it is not
// zero, as it has to be.
func notice(x *context, w uint64) value.Value {
	at := abi.Addr(w)
	b := x.read(at, seccompNotice.Size(x.abi))
	switch {
	case x.exit && (x.c.Result.Failed || b == nil || x.c.mode.Opaque):
		return x.a.Ptr(at, nil)
	case x.exit:
		return x.record(seccompNotice, b, at)
	case zeros(b) || x.c.mode.Opaque:
		return nil
	}
	change := x.a.Change(x.record(seccompNotice, b, at), nil)
	change.Apart = true
	return change
}

// noticeCall decodes the number of a call of an architecture.
func noticeCall(x *context, w uint64) value.Value {
	arch := uint32(x.arg(0))
	if a := abi.Of(arch, w); a == nil || syscalls.For(a).Row(w) == nil {
		return x.a.Int(w, 4, value.Unsigned)
	}
	v := x.callNumber(w, arch)
	if note, ok := v.(*value.Note); ok {
		note.Meaning = true
	}
	return v
}

// negativeErrno decodes an error as the kernel returns it.
func negativeErrno(x *context, w uint64) value.Value {
	n := int32(w)
	if n >= 0 {
		return x.a.Int(w, 4, value.Signed)
	}
	name, ok := uapi.Errnos.Find(uint64(-int64(n)))
	if !ok {
		return x.a.Int(w, 4, value.Signed)
	}
	m := x.a.Macro(text(append(append(x.a.Bytes(32), '-'), name...)))
	m.Number = x.a.Int(w, 4, value.Signed)
	return m
}
