package filter

import (
	"bytes"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
)

// A Scene is a system call that expressions look at, from its entry to its exit. It belongs
// to one task and is used for its calls one after another, without making anything anew.
type Scene struct {
	// Call locates the values of the call.
	Call decode.Call
	// TID and PID are the thread and its process.
	TID, PID int
	// Elapsed is how long the call took.
	Elapsed time.Duration
	// Count is the counter of the rule that is looked at, which names count; nil stands for
	// the expression's own.
	Count *uint64
	// Lookup finds what is in no register and no memory; nil stands for /proc.
	Lookup Lookup

	ended   bool
	pending bool   // what was asked for only the exit tells
	memo    Memo   // of the expression that is looked at
	buf     []byte // room for the strings of one expression
}

// A Lookup finds out about tasks.
type Lookup interface {
	// AppendFD appends the path of what a descriptor of a task refers to.
	AppendFD(buf []byte, tid int, fd int32) ([]byte, error)
	// AppendComm appends the name of a task.
	AppendComm(buf []byte, tid int) ([]byte, error)
}

// A Memo is what the entry of a call told of an expression that has to wait for the exit.
type Memo struct{ known, yes, no uint64 }

// Begin sets the scene at the entry of a call.
func (s *Scene) Begin(call abi.Call, m mem.Reader) {
	s.ended, s.Elapsed = false, 0
	s.Call.Begin(call, syscalls.For(call.ABI).Row(call.NR), m)
}

// End sets it at the exit.
func (s *Scene) End(r abi.Result, elapsed time.Duration, m mem.Reader) {
	s.ended, s.Elapsed = true, elapsed
	s.Call.End(r, m)
}

// remembered is what the entry told of an atom.
func (s *Scene) remembered(atom uint8) (truth, bool) {
	if s.memo.known>>atom&1 == 0 {
		return 0, false
	}
	return truth(s.memo.yes>>atom&1 | s.memo.no>>atom&1<<1), true
}

// note keeps what an atom came to for the exit, unless only the exit can tell.
func (s *Scene) note(atom uint8, t truth) truth {
	if s.ended {
		return t
	}
	if s.pending {
		s.pending = false
		return pending
	}
	s.memo.known |= 1 << atom
	s.memo.yes |= uint64(t&yes) << atom
	s.memo.no |= uint64(t>>1) << atom
	return t
}

// missing is a value that is not there, or not yet.
func (s *Scene) missing() Value {
	s.pending = s.pending || !s.ended
	return Value{}
}

// load makes the value that lies at a place.
func (s *Scene) load(p *decode.Place) Value {
	switch t := p.Type.(type) {
	case syscalls.Str, syscalls.Buf, syscalls.Inet:
		start := len(s.buf)
		b, ok := s.Call.Append(s.buf, p)
		if !ok {
			return Value{}
		}
		s.buf = b
		return textOf(b[start:])
	case syscalls.Bits:
		return s.number(p, t.Signed())
	case syscalls.FD, syscalls.PID:
		return s.number(p, true)
	case syscalls.Pointer, syscalls.Custom:
		return s.number(p, false)
	}
	return Value{}
}

func (s *Scene) number(p *decode.Place, signed bool) Value {
	w, ok := s.Call.Load(p)
	if !ok {
		return Value{}
	}
	v := integerOf(w, p.Size, signed)
	v.domain = domainOf(s.Call.ABI, p.Type)
	return v
}

// domainOf is the constants of a type under an ABI.
func domainOf(a *abi.ABI, t syscalls.Type) (d domain) {
	switch t := t.(type) {
	case syscalls.Bits:
		if t.Set != nil {
			d.set = t.Set.For(a)
		}
		if t.Enum != nil {
			d.enum, d.mask = t.Enum.Set.For(a), t.Enum.Mask
		}
	case syscalls.FD:
		if t.At {
			d.set = uapi.FanotifyDirs
		}
	case syscalls.PID:
		d.set = t.Set
	}
	return d
}

var deletedMark = []byte(" (deleted)")

// link is the path of what a descriptor refers to.
func (s *Scene) link(p *decode.Place) Value {
	t, ok := p.Type.(syscalls.FD)
	w, loaded := s.Call.Load(p)
	if !ok || !loaded || t.Of != "" || t.PIDFD != "" {
		return Value{}
	}
	return s.linkOf(int32(w))
}

// atCWD is AT_FDCWD.
const atCWD = -100

func (s *Scene) linkOf(fd int32) Value {
	if fd < 0 && fd != atCWD {
		return Value{}
	}
	start := s.room()
	b, err := s.lookup().AppendFD(s.buf, s.TID, fd)
	if err != nil {
		return Value{}
	}
	s.buf = b
	return textOf(bytes.TrimSuffix(b[start:], deletedMark))
}

// room makes room for a path and returns where it begins.
func (s *Scene) room() int {
	const longest = 4096
	if n := len(s.buf); cap(s.buf)-n < longest {
		s.buf = append(s.buf, make([]byte, longest)...)[:n]
	}
	return len(s.buf)
}

func (s *Scene) comm() Value {
	start := s.room()
	b, err := s.lookup().AppendComm(s.buf, s.TID)
	if err != nil {
		return Value{}
	}
	s.buf = b
	return textOf(b[start:])
}

func (s *Scene) lookup() Lookup {
	if s.Lookup == nil {
		return proc{}
	}
	return s.Lookup
}

// proc looks up in /proc.
type proc struct{}

func (proc) AppendFD(buf []byte, tid int, fd int32) ([]byte, error) {
	if fd == atCWD {
		return procfs.AppendCwd(buf, tid)
	}
	return procfs.AppendFD(buf, tid, int(fd))
}

func (proc) AppendComm(buf []byte, tid int) ([]byte, error) { return procfs.AppendComm(buf, tid) }
