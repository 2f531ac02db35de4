package decode

import (
	"bytes"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// maxPath is PATH_MAX, the longest path the kernel reads, with its NUL.
const maxPath = 4096

// str decodes the NUL-terminated string at an address.
func (x *context) str(t syscalls.Str, at abi.Addr) value.Value {
	limit := max(x.c.mode.Strings, 0)
	if t.Path {
		limit = maxPath - 1
	}
	limit = min(limit, x.bytes)
	b, terminated, err := mem.ReadString(x.m, x.buf[:0], at, limit+1)
	x.buf = b
	x.bytes -= len(b)
	if !terminated && (err != nil || len(b) == 0) {
		return x.a.Lost(at)
	}
	s := x.a.Str(x.copied(b[:min(len(b), limit)]), !terminated)
	s.Path = t.Path
	return s
}

// strWithin decodes the string that a buffer of n bytes holds; its NUL may be missing.
func (x *context) strWithin(at abi.Addr, n uint64) value.Value {
	if n > uint64(max(x.c.mode.Strings, 0)) {
		return x.str(syscalls.Str{}, at)
	}
	limit := min(int(n), x.bytes)
	b, terminated, err := mem.ReadString(x.m, x.buf[:0], at, limit)
	x.buf = b
	x.bytes -= len(b)
	if !terminated && (err != nil || len(b) < limit) {
		return x.a.Lost(at)
	}
	return x.a.Str(x.copied(b), !terminated && n > 0)
}

// buffer decodes n bytes at an address.
func (x *context) buffer(at abi.Addr, n uint64) value.Value {
	limit := min(n, uint64(max(x.c.mode.Strings, 0)), maxRead)
	if n == 0 {
		return x.a.Str(nil, false)
	}
	b := x.read(at, int(min(n, limit+1))) // the first byte that is not shown must be there too
	if b == nil {
		return x.a.Lost(at)
	}
	return x.a.Str(b[:limit], n > limit)
}

// room decodes a string in a field of fixed size, whose NUL may be missing.
func (x *context) room(b []byte) value.Value { return x.shortened(b, max(x.c.mode.Strings, 0)) }

// shortened decodes up to limit bytes of a string in a field of fixed size.
func (x *context) shortened(b []byte, limit int) *value.Str {
	more := false
	if end := bytes.IndexByte(b, 0); end >= 0 {
		b = b[:end]
	} else if len(b) > 0 {
		b, more = b[:len(b)-1], true
	}
	if len(b) > limit {
		b, more = b[:limit], true
	}
	return x.a.Str(b, more)
}

// copied moves b into the arena.
func (x *context) copied(b []byte) []byte { return append(x.a.Bytes(len(b)), b...) }

// label decodes a name in a field of fixed size, which is never shortened.
func (x *context) label(b []byte) value.Value {
	s := x.shortened(b, len(b))
	s.Path = true
	return s
}
