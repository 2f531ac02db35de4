package decode

import (
	"bytes"
	"math/bits"
	"net/netip"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/syscalls"
)

// maxValue is the most bytes that one value may have.
const maxValue = 1 << 24

// Load returns the integer at a place, of as many bytes as the place has. It reports false
// when it cannot be read or is none.
func (c *Call) Load(p *Place) (v uint64, ok bool) {
	n := p.Size
	if p.Regs > 0 {
		v, ok = truncate(c.word(p.word, p.Regs), n), true
	} else {
		v, ok = c.x.load(p.Addr, n)
	}
	if b, is := p.Type.(syscalls.Bits); is && b.BigEndian {
		v = bits.ReverseBytes64(v) >> (64 - 8*n)
	}
	return v, ok
}

// Append appends the string or the buffer at a place: a string up to its NUL. It reports
// false when not all of it can be read, when it is longer than 16 MiB, or when there is
// none there.
func (c *Call) Append(dst []byte, p *Place) ([]byte, bool) {
	if p.Regs > 0 || p.Size > maxValue {
		return dst, false
	}
	start := len(dst)
	switch t := p.Type.(type) {
	case syscalls.Str:
		if t.Room == 0 {
			s, terminated, _ := mem.ReadString(c.x.m, dst, p.Addr, maxValue)
			return s, terminated
		}
		dst, ok := c.appendMemory(dst, p.Addr, p.Size)
		return trimmed(dst, start, t.Abstract), ok
	case syscalls.Buf:
		return c.appendMemory(dst, p.Addr, p.Size)
	case syscalls.Inet:
		dst, ok := c.appendMemory(dst, p.Addr, p.Size)
		return appendAddress(dst, start), ok
	}
	return dst, false
}

// trimmed cuts the string that begins at start off at its NUL. A leading one may be part
// of it.
func trimmed(dst []byte, start int, abstract bool) []byte {
	s := dst[start:]
	if abstract && len(s) > 1 && s[0] == 0 {
		s[0] = '@'
		return dst
	}
	if end := bytes.IndexByte(s, 0); end >= 0 {
		return dst[:start+end]
	}
	return dst
}

// appendAddress puts the text of the address that begins at start in its place.
func appendAddress(dst []byte, start int) []byte {
	addr, ok := netip.AddrFromSlice(dst[start:])
	if !ok {
		return dst[:start]
	}
	return addr.AppendTo(dst[:start])
}

// appendMemory appends n bytes of memory, which is read in pieces: what cannot be read costs
// no room.
func (c *Call) appendMemory(dst []byte, at abi.Addr, n int) ([]byte, bool) {
	const piece = 1 << 16
	for n > 0 {
		k := min(n, piece)
		start := len(dst)
		dst = append(dst, make([]byte, k)...)
		got, err := c.x.m.ReadMem(dst[start:], at)
		if err != nil || got < k {
			return dst[:start], false
		}
		at, n = at+abi.Addr(k), n-k
	}
	return dst, true
}
