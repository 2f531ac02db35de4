package unwind

// A cursor reads bytes of a file. After the first read beyond the end it is bad, and
// everything read is zero.
type cursor struct {
	rest []byte
	addr uint64 // of rest in the file's memory
	bad  bool
}

// take returns the next n bytes; nil if there are not so many.
func (c *cursor) take(n uint64) []byte {
	if c.bad || n > uint64(len(c.rest)) {
		c.bad, c.rest = true, nil
		return nil
	}
	b := c.rest[:n]
	c.rest = c.rest[n:]
	c.addr += n
	return b
}

// uint reads an unsigned integer of 1, 2, 4 or 8 bytes.
func (c *cursor) uint(size int) uint64 {
	if b := c.take(uint64(size)); b != nil {
		return little(b, size)
	}
	return 0
}

// int reads a signed integer of 1, 2, 4 or 8 bytes.
func (c *cursor) int(size int) int64 { return extend(c.uint(size), size) }

// extend extends the sign of an integer of size bytes.
func extend(v uint64, size int) int64 {
	shift := 64 - 8*uint(size)
	return int64(v<<shift) >> shift
}

func (c *cursor) byte() byte { return byte(c.uint(1)) }

// uleb reads an unsigned LEB128 number, of which the low 64 bits count.
func (c *cursor) uleb() uint64 {
	v, _ := c.leb()
	return v
}

// sleb reads a signed LEB128 number.
func (c *cursor) sleb() int64 {
	v, bits := c.leb()
	if bits < 64 {
		return int64(v<<(64-bits)) >> (64 - bits)
	}
	return int64(v)
}

func (c *cursor) leb() (v uint64, bits uint) {
	for !c.bad {
		b := c.byte()
		if bits < 64 {
			v |= uint64(b&0x7f) << bits
		}
		bits += 7
		if b < 0x80 {
			break
		}
	}
	return v, bits
}

// block reads a length and that many bytes.
func (c *cursor) block() []byte { return c.take(c.uleb()) }

// text reads a string that ends in NUL.
func (c *cursor) text() string {
	for i, b := range c.rest {
		if b == 0 {
			return string(c.take(uint64(i) + 1)[:i])
		}
	}
	c.bad = true
	return ""
}
