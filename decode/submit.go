package decode

import (
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// uringByIndex is IORING_ENTER_REGISTERED_RING: the descriptor is the index of one that is
// registered, which nobody else can look up.
const uringByIndex = 1 << 4

// submit decodes what an io_uring has waiting for this call to take it.
func (c *Call) submit() {
	if !c.mode.Entries || !c.Row.Submits || c.mode.Opaque || c.Lookup == nil || c.TID == 0 {
		return
	}
	fd, n, flags := int32(c.words[0]), uint32(c.words[1]), c.words[3]
	if fd < 0 || n == 0 || flags&uringByIndex != 0 {
		return
	}
	x := &c.x
	at, size := c.Lookup.Submissions(c.TID, int(fd), int(min(n, maxElems)))
	if len(at) == 0 {
		return
	}
	shown := at[:min(len(at), x.elems)]
	x.elems -= len(shown)
	entries := x.a.Values(len(shown))
	for _, here := range shown {
		entries = append(entries, x.queued(here, size))
	}
	c.Submitted = x.a.Array(entries, len(shown) < len(at), value.List)
}

// queued decodes an entry with the fields of its own operation.
func (x *context) queued(at abi.Addr, size int) value.Value {
	b := x.read(at, syscalls.UringEntrySize)
	if b == nil {
		return x.a.Lost(at)
	}
	op := uint64(b[0])
	if op != uringCommand && op != uringCommand128 {
		return x.record(syscalls.UringEntry(op), b, at)
	}
	if r := x.socketCommand(b); r != nil {
		return x.record(r, b, at)
	}
	if op == uringCommand128 {
		size = uringWideSize
	}
	return x.driverCommand(b, at, size)
}

// socketCommand returns what the fields of a command are if it is one of those that sockets
// have: commands are the affair of each kind of file.
func (x *context) socketCommand(b []byte) *syscalls.Record {
	r, ok := syscalls.UringSocketEntry(integer(b, 8, 4))
	num := int32(integer(b, 4, 4))
	if !ok || num < 0 || b[1]&uringFixedFile != 0 {
		return nil
	}
	fd := x.a.FD(num)
	if x.c.Lookup.FD(fd, x.a, x.c.TID, FDPath); !strings.HasPrefix(fd.Path, "socket:[") {
		return nil
	}
	return r
}

// driverCommand decodes a command, whose bytes are the last ones of the entry.
func (x *context) driverCommand(b []byte, at abi.Addr, size int) value.Value {
	const start = 48
	v := x.record(syscalls.UringEntry(uint64(b[0])), b, at)
	s, ok := v.(*value.Struct)
	if ok {
		cmd := value.Field{Name: "cmd", Value: x.hexBuffer(at+start, uint64(size-start))}
		s.Fields = append(append(x.a.Fields(len(s.Fields)+1), s.Fields...), cmd)
	}
	return v
}

const (
	uringCommand   = 46
	uringFixedFile = 1 << 0
)

// uringFile decodes the descriptor of an entry, unless the flags say that it is the index of
// a file that is registered.
func uringFile(x *context, w uint64) value.Value {
	if x.arg(0)&uringFixedFile != 0 {
		return x.a.Int(w, 4, value.Signed)
	}
	return x.descriptor(int32(w))
}
