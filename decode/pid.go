package decode

import (
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// pid decodes the id of a process or of a group, with what is asked for about it.
func (x *context) pid(t syscalls.PID, w uint64) value.Value {
	if t.Set != nil {
		if _, ok := t.Set.Find(truncate(w, 4)); ok {
			return x.a.Flags(truncate(w, 4), 4, t.Set)
		}
	}
	p := x.a.PID(int32(w))
	p.Group = t.Group
	if !t.Bare {
		x.c.introduce(p, x.a)
	}
	return p
}

// introduce finds out who has an id, as far as that is asked for.
func (c *Call) introduce(p *value.PID, a *value.Arena) {
	if want := c.mode.PIDs; want != 0 && p.Num > 0 && c.TID != 0 && c.Lookup != nil {
		c.Lookup.PID(p, a, c.TID, want)
	}
}

// ours returns the id that the tracer knows a process of the caller's namespace by, zero
// when that is not needed or not known.
func (x *context) ours(num int32) int {
	if x.c.mode.FDs == 0 && !x.c.mode.Namespaces || x.c.TID == 0 || x.c.Lookup == nil || num <= 0 {
		return 0
	}
	p := x.a.PID(num)
	x.c.Lookup.PID(p, x.a, x.c.TID, PIDNamespace)
	if p.Ours != 0 {
		return int(p.Ours)
	}
	return int(num)
}

// Introduce finds out about the processes and descriptors that a siginfo_t tells a task
// of, as far as mode asks for that. Its nodes are of the arena a.
func Introduce(info value.Value, a *value.Arena, l Lookup, tid int, mode Mode) {
	s, ok := info.(*value.Struct)
	if !ok || l == nil {
		return
	}
	for i := range s.Fields {
		switch v := s.Fields[i].Value.(type) {
		case *value.PID:
			if mode.PIDs != 0 && v.Num > 0 {
				l.PID(v, a, tid, mode.PIDs)
			}
		case *value.FD:
			if mode.FDs != 0 && v.Num >= 0 {
				l.FD(v, a, tid, mode.FDs)
			}
		}
	}
}
