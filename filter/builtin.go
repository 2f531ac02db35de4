package filter

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
)

// A builtin is a name that every call has.
type builtin struct {
	name string
	kind Kind
	exit bool // only the exit tells it
	eval func(s *Scene) Value
}

var builtins = [...]builtin{
	{"ret", Int, true, result},
	{"errno", Int, true, errno},
	{"elapsed", Time, true, func(s *Scene) Value { return timeOf(s.Elapsed) }},
	{"tid", Int, false, func(s *Scene) Value { return integerOf(uint64(s.TID), 4, true) }},
	{"pid", Int, false, func(s *Scene) Value { return integerOf(uint64(s.PID), 4, true) }},
	{"comm", Text, false, (*Scene).comm},
	{"name", Text, false, callName},
	{"nr", Int, false, func(s *Scene) Value { return integerOf(s.Call.NR&^s.Call.ABI.NRBit, 4, true) }},
	{"abi", Text, false, func(s *Scene) Value { return textOf(append(s.buf, s.Call.ABI.Name...)[len(s.buf):]) }},
	{counter, Int, false, count},
}

// counter is how often a rule has matched.
const counter = "count"

func findBuiltin(name string) *builtin {
	for i := range builtins {
		if builtins[i].name == name {
			return &builtins[i]
		}
	}
	return nil
}

func builtinNames() []string {
	names := make([]string, len(builtins))
	for i := range builtins {
		names[i] = builtins[i].name
	}
	return names
}

// result is what the program's C library returns: -1 for any error.
func result(s *Scene) Value {
	r := s.Call.Result
	if r.Failed {
		return integerOf(^uint64(0), 8, true)
	}
	if s.Call.Row == nil || s.Call.Row.Ret == nil {
		return integerOf(r.Value, s.Call.ABI.Reg, true)
	}
	return resultOf(s.Call.ABI, s.Call.Row.Ret, r.Value)
}

func resultOf(a *abi.ABI, t syscalls.Type, w uint64) Value {
	switch t := t.(type) {
	case syscalls.Bits:
		v := integerOf(w, t.Size(a), t.Signed())
		v.domain = domainOf(a, t)
		return v
	case syscalls.FD, syscalls.PID:
		return integerOf(w, 4, true)
	}
	return integerOf(w, a.Reg, true)
}

func errno(s *Scene) Value {
	v := integerOf(uint64(s.Call.Result.Errno()), 4, true)
	v.domain.set = uapi.Errnos
	return v
}

func callName(s *Scene) Value {
	if s.Call.Row == nil {
		return Value{}
	}
	start := len(s.buf)
	s.buf = append(s.buf, s.Call.Row.Name...)
	return textOf(s.buf[start:])
}

func count(s *Scene) Value { return integerOf(*s.Count, 8, false) }
