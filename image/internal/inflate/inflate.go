// Package inflate decompresses zlib's format, RFC 1950 and 1951, as sections of ELF files have
// it. All that was decompressed stays in memory and is read again and again, so that there is no
// window to keep beside it and what is decompressed is written once; that, and tables that are
// looked up once for nearly every symbol, make it several times as fast as compress/flate.
//
// Data is hostile: what is decompressed is no longer than asked for, but for the last match.
package inflate

import (
	"encoding/binary"
	"errors"
	"io"
)

// ErrCorrupt is the error for what is not compressed data.
var ErrCorrupt = errors.New("the compressed data is damaged")

// A Decoder decompresses data bit by bit. The checksum behind the data is not looked at.
type Decoder struct {
	r     io.Reader
	in    []byte // what was read; padding bytes of zero follow the end
	end   int    // of what was read in in
	last  bool   // nothing follows in
	pos   int    // in in, of what follows bits
	bits  uint64 // the next bits, the lowest first
	count uint   // of the bits that are valid

	block     block
	final     bool // no block follows this one
	left      int  // bytes of a stored block
	literals  table
	distances table
	lengths   [maxLiterals + maxDistances]uint8 // of the codes
	err       error
}

// A block is what a Decoder is in.
type block uint8

const (
	header     block = iota // before the first block
	between                 // at the header of a block
	stored                  // in one without compression
	compressed              // in one with symbols
)

const (
	inputSize = 64 << 10
	padding   = 2 * reads
	// maxHeader is more than the header of a block has.
	maxHeader = 1024
	// reads is how much input follows the position where symbols are read.
	reads = 16
)

// Spill is how far Append may write beyond what is wanted.
const Spill = 2 + 258 + 8

// NewDecoder returns a Decoder of what r reads.
func NewDecoder(r io.Reader) *Decoder { return &Decoder{r: r} }

// Append appends n bytes to dst, or a few more, which must be all that earlier calls have
// returned. The error is io.EOF at the end of the data, with the last of it.
func (d *Decoder) Append(dst []byte, n int) ([]byte, error) {
	want := len(dst) + n
	for len(dst) < want && d.err == nil {
		d.fill()
		longer := d.step(dst, want)
		if d.overrun() {
			d.err = io.ErrUnexpectedEOF
			break
		}
		dst = longer
	}
	return dst, d.err
}

// step decompresses until want bytes are there, or to the end of the input or the block.
func (d *Decoder) step(dst []byte, want int) []byte {
	switch d.block {
	case header:
		d.header()
	case stored:
		return d.copy(dst, want)
	case compressed:
		return d.symbols(grown(dst, want+Spill), want)
	default:
		d.begin()
	}
	return dst
}

// grown returns data with room for n bytes or more. What follows the data is not cleared: memory
// that is not written to costs nothing.
func grown(data []byte, n int) []byte {
	if n <= cap(data) {
		return data
	}
	return append(make([]byte, 0, max(n, 2*cap(data))), data...)
}

// overrun reports whether bits were used that are not there.
func (d *Decoder) overrun() bool { return d.pos-int(d.count>>3) > d.end }

// fill reads input when most of it is used.
func (d *Decoder) fill() {
	least := 2 * reads
	if d.block == between {
		least = maxHeader
	}
	if d.last || d.end-d.pos >= least {
		return
	}
	if d.in == nil {
		d.in = make([]byte, inputSize+padding)
	}
	rest := copy(d.in, d.in[d.pos:d.end])
	n, err := io.ReadFull(d.r, d.in[rest:inputSize])
	d.pos, d.end = 0, rest+n
	clear(d.in[d.end : d.end+padding])
	switch err {
	case nil:
	case io.EOF, io.ErrUnexpectedEOF:
		d.last = true
	default:
		d.last, d.err = true, err
	}
}

// refill makes 56 bits or more valid.
func (d *Decoder) refill() {
	d.bits, d.pos, d.count = refilled(d.in, d.pos, d.bits, d.count)
}

// take returns the next n bits, up to 56 of them since the last refill.
func (d *Decoder) take(n uint) uint {
	v := d.bits & (1<<n - 1)
	d.bits >>= n
	d.count -= n
	return uint(v)
}

// header reads what stands before the first block: the method, the size of the window, a check.
func (d *Decoder) header() {
	d.refill()
	method, flags := d.take(8), d.take(8)
	const deflate, dictionary = 8, 1 << 5
	if method&15 != deflate || method>>4 > 7 || (method<<8|flags)%31 != 0 || flags&dictionary != 0 {
		d.err = ErrCorrupt
	}
	d.block = between
}

// begin reads the header of a block.
func (d *Decoder) begin() {
	if d.final {
		d.err = io.EOF
		return
	}
	d.refill()
	d.final = d.take(1) == 1
	switch d.take(2) {
	case 0:
		d.beginStored()
	case 1:
		d.fixed()
	case 2:
		d.dynamic()
	default:
		d.err = ErrCorrupt
	}
}

// beginStored reads the length of a stored block, which begins at a byte.
func (d *Decoder) beginStored() {
	d.take(d.count & 7)
	d.pos -= int(d.count >> 3)
	d.bits, d.count = 0, 0
	length, check := binary.LittleEndian.Uint16(d.in[d.pos:]), binary.LittleEndian.Uint16(d.in[d.pos+2:])
	if length != ^check {
		d.err = ErrCorrupt
	}
	d.pos += 4
	d.block, d.left = stored, int(length)
}

// copy copies what is in the input of a stored block.
func (d *Decoder) copy(dst []byte, want int) []byte {
	n := min(d.left, want-len(dst), d.end-d.pos)
	if n < 0 || n == 0 && d.left > 0 {
		d.err = io.ErrUnexpectedEOF
		return dst
	}
	dst = append(dst, d.in[d.pos:d.pos+n]...)
	d.pos += n
	if d.left -= n; d.left == 0 {
		d.block = between
	}
	return dst
}
