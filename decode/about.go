package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// A Watch says what calls have to be about to be of interest.
type Watch interface {
	// FD reports whether a descriptor of a task is of interest.
	FD(tid int, fd int32) bool
	// Path reports whether a path is, as the program wrote it.
	Path(path []byte) bool
}

// About reports whether a call is about anything of interest, before Enter and without
// decoding more than it must. TID is to be set.
func (c *Call) About(call abi.Call, row *syscalls.Syscall, m mem.Reader, w Watch) bool {
	if row == nil || row.Params == nil {
		return false
	}
	last, previous := c.Row, c.previous
	c.previous = last
	c.start(call, row, Mode{Strings: maxPath}, m)
	about := c.x.about(w)
	c.x.m = nil
	c.Row, c.previous = last, previous
	return about
}

func (x *context) about(w Watch) bool {
	x.scope = scope{params: x.c.params, words: x.c.words}
	for i := range x.c.params {
		x.index = i
		if x.concerns(w, x.c.params[i].Type, x.c.words[i]) {
			return true
		}
	}
	return false
}

// concerns reports whether a parameter is of interest.
func (x *context) concerns(w Watch, t syscalls.Type, word uint64) bool {
	switch t := t.(type) {
	case syscalls.If:
		return x.holds(&t) && x.concerns(w, t.Then, word)
	case syscalls.Switch:
		return x.concerns(w, x.choose(&t), word)
	case syscalls.FD:
		return t.Of == "" && t.PIDFD == "" && !t.Bare && x.watched(w, int32(word))
	case syscalls.Custom:
		return t.Name == "fanotifyDir" && x.watched(w, int32(word))
	case syscalls.Pointer:
		return x.pointsTo(w, &t, word)
	}
	return false
}

func (x *context) watched(w Watch, fd int32) bool { return fd >= 0 && w.FD(x.c.TID, fd) }

// pointsTo reports whether a path or descriptors behind a pointer are of interest.
func (x *context) pointsTo(w Watch, p *syscalls.Pointer, word uint64) bool {
	at := x.abi.TruncateWord(word)
	if at == 0 {
		return false
	}
	switch t := p.Elem.(type) {
	case syscalls.Str:
		s, ok := x.str(t, abi.Addr(at)).(*value.Str)
		return ok && t.Path && w.Path(s.Bytes)
	case syscalls.Custom:
		if t.Name == "pollfds" || t.Name == "fdset" {
			return x.anyWatched(w, x.custom(&t, at))
		}
	}
	return false
}

// anyWatched reports whether one of the descriptors that poll or select waits for is of
// interest.
func (x *context) anyWatched(w Watch, v value.Value) bool {
	a, ok := v.(*value.Array)
	if !ok {
		return false
	}
	for _, e := range a.Elems {
		if s, ok := e.(*value.Struct); ok && len(s.Fields) > 0 {
			e = s.Fields[0].Value
		}
		if fd, ok := e.(*value.FD); ok && x.watched(w, fd.Num) {
			return true
		}
	}
	return false
}
