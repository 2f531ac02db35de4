package dwarf

import (
	"bytes"
	"encoding/binary"

	"github.com/trapline/trapline/mem"
)

// A cursor reads values one after the other. Past the end it is bad, and everything it
// returns is zero.
type cursor struct {
	data []byte
	pos  int
	wide bool // offsets are of 64 bits
	bad  bool
}

// done reports whether nothing is left to read.
func (c *cursor) done() bool { return c.bad || c.pos >= len(c.data) }

// take returns the next n bytes.
func (c *cursor) take(n uint64) []byte {
	if n > uint64(len(c.data)-c.pos) {
		c.bad, c.pos = true, len(c.data)
		return nil
	}
	b := c.data[c.pos : c.pos+int(n)]
	c.pos += int(n)
	return b
}

func (c *cursor) u8() uint8 {
	if b := c.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (c *cursor) u16() uint16 {
	if b := c.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (c *cursor) u32() uint32 {
	if b := c.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (c *cursor) u64() uint64 {
	if b := c.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// word is a number of 1 to 8 bytes.
func (c *cursor) word(size int) uint64 { return mem.Little(c.take(uint64(size))) }

// offset is an offset into a section.
func (c *cursor) offset() uint64 {
	if c.wide {
		return c.u64()
	}
	return uint64(c.u32())
}

// length is the length that a unit begins with; it says whether the unit is wide.
func (c *cursor) length() uint64 {
	c.wide = false
	n := uint64(c.u32())
	if n == 0xffffffff {
		c.wide = true
		return c.u64()
	}
	if n >= 0xfffffff0 {
		c.bad = true
		return 0
	}
	return n
}

func (c *cursor) uleb() (v uint64) {
	for shift := uint(0); ; shift += 7 {
		b := c.u8()
		if shift < 64 {
			v |= uint64(b&0x7f) << shift
		}
		if b&0x80 == 0 {
			return v
		}
	}
}

func (c *cursor) sleb() (v int64) {
	for shift := uint(0); ; shift += 7 {
		b := c.u8()
		if shift < 64 {
			v |= int64(b&0x7f) << shift
		}
		if b&0x80 == 0 {
			if b&0x40 != 0 && shift < 57 {
				v |= -1 << (shift + 7)
			}
			return v
		}
	}
}

// text is a string that ends with a zero.
func (c *cursor) text() []byte {
	n := bytes.IndexByte(c.data[c.pos:], 0)
	if n < 0 {
		c.take(uint64(len(c.data)-c.pos) + 1)
		return nil
	}
	b := c.data[c.pos : c.pos+n]
	c.pos += n + 1
	return b
}

// Uleb is the unsigned LEB128 number that bytes begin with.
func Uleb(b []byte) uint64 { return (&cursor{data: b}).uleb() }
