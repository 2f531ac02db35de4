package unwind

// An encoding says how a pointer is written in .eh_frame: DW_EH_PE_*.
type encoding byte

// What an encoding is made of.
const (
	absptr  encoding = 0x00
	uleb128 encoding = 0x01
	udata2  encoding = 0x02
	udata4  encoding = 0x03
	udata8  encoding = 0x04
	signed  encoding = 0x08
	sleb128 encoding = 0x09
	sdata2  encoding = 0x0a
	sdata4  encoding = 0x0b
	sdata8  encoding = 0x0c
	format  encoding = 0x0f

	pcrel    encoding = 0x10
	textrel  encoding = 0x20
	datarel  encoding = 0x30
	funcrel  encoding = 0x40
	aligned  encoding = 0x50
	relation encoding = 0x70

	indirect encoding = 0x80
	omit     encoding = 0xff
)

// bases are the addresses that pointers may be relative to.
type bases struct{ text, data, function uint64 }

// pointer reads an encoded pointer of an ABI with words of that size. An indirect one is
// the address of the pointer's place. What is omitted is zero.
func (c *cursor) pointer(e encoding, word int, b bases) uint64 {
	if e == omit {
		return 0
	}
	if e&relation == aligned {
		c.take(-c.addr & uint64(word-1))
		return c.uint(word)
	}
	at := c.addr
	v := c.number(e&format, word)
	switch e & relation {
	case 0:
	case pcrel:
		v += at
	case textrel:
		v += b.text
	case datarel:
		v += b.data
	case funcrel:
		v += b.function
	default:
		c.bad = true
	}
	if word == 4 {
		v = uint64(uint32(v))
	}
	return v
}

func (c *cursor) number(e encoding, word int) uint64 {
	switch e {
	case absptr:
		return c.uint(word)
	case signed:
		return uint64(c.int(word))
	case uleb128:
		return c.uleb()
	case sleb128:
		return uint64(c.sleb())
	case udata2:
		return c.uint(2)
	case udata4:
		return c.uint(4)
	case udata8, sdata8:
		return c.uint(8)
	case sdata2:
		return uint64(c.int(2))
	case sdata4:
		return uint64(c.int(4))
	}
	c.bad = true
	return 0
}
