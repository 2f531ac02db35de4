package inflate

import "encoding/binary"

const (
	maxLiterals  = 288
	maxDistances = 32
)

// fixed begins a block with the code that the format itself has.
func (d *Decoder) fixed() {
	n := d.lengths[:maxLiterals+maxDistances]
	for i := range n {
		switch {
		case i < 144:
			n[i] = 8
		case i < 256:
			n[i] = 9
		case i < 280:
			n[i] = 7
		case i < maxLiterals:
			n[i] = 8
		default:
			n[i] = 5
		}
	}
	d.codes(n[:maxLiterals], n[maxLiterals:])
}

// codes makes the tables of a block.
func (d *Decoder) codes(literals, distances []uint8) {
	d.block = compressed
	if !d.literals.build(literalSymbols, literals, literalBits) || !d.distances.build(distanceSymbols, distances, distanceBits) {
		d.err = ErrCorrupt
	}
}

// order is the order in which a block has the lengths of the code that lengths are written in.
var order = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// dynamic begins a block with its own code.
func (d *Decoder) dynamic() {
	literals, distances, n := int(d.take(5))+257, int(d.take(5))+1, d.take(4)+4
	if literals > maxLiterals-2 || distances > maxDistances-2 {
		d.err = ErrCorrupt
		return
	}
	var lengths [19]uint8
	for _, i := range order[:n] {
		d.refill()
		lengths[i] = uint8(d.take(3))
	}
	all := d.lengths[:literals+distances]
	if !d.literals.build(lengthSymbols, lengths[:], lengthsBits) || !d.readLengths(all) {
		d.err = ErrCorrupt
		return
	}
	d.codes(all[:literals], all[literals:])
}

// readLengths reads the lengths of a block's codes. It reports whether they are right.
func (d *Decoder) readLengths(all []uint8) bool {
	for i := 0; i < len(all); {
		d.refill()
		e := d.literals[d.bits&(1<<lengthsBits-1)]
		d.take(uint(e & 0xff))
		symbol := uint8(e >> valueShift)
		if e&unused != 0 || symbol == 16 && i == 0 {
			return false
		}
		n, length := 1, symbol
		switch symbol {
		case 16:
			n, length = 3+int(d.take(2)), all[i-1]
		case 17:
			n, length = 3+int(d.take(3)), 0
		case 18:
			n, length = 11+int(d.take(7)), 0
		}
		if n > len(all)-i || d.overrun() {
			return false
		}
		for ; n > 0; n-- {
			all[i] = length
			i++
		}
	}
	return true
}

// symbols decompresses symbols until want bytes are there, or to the end of the block or of what
// was read. dst has room for what goes beyond. Of count only the lowest six bits count.
func (d *Decoder) symbols(dst []byte, want int) []byte {
	n, out := len(dst), dst[:cap(dst)]
	in, pos, bits, count := d.in, d.pos, d.bits, d.count
	stop := d.end - reads
	if d.last {
		stop += padding
	}
	for n < want && pos <= stop {
		bits, pos, count = refilled(in, pos, bits, count)
		e := d.literals[bits%(1<<literalBits)]
		if e&literal != 0 {
			bits, count = bits>>(e&63), count-uint(e)
			out[n] = byte(e >> valueShift)
			n++
			e = d.literals[bits%(1<<literalBits)]
			if e&literal != 0 {
				bits, count = bits>>(e&63), count-uint(e)
				out[n] = byte(e >> valueShift)
				n++
				continue
			}
			bits, pos, count = refilled(in, pos, bits, count)
		}
		if e&exceptional != 0 {
			bits, count, e = d.literals.long(bits, count, e)
			if e&literal != 0 {
				bits, count = bits>>(e&63), count-uint(e)
				out[n] = byte(e >> valueShift)
				n++
				continue
			}
			if e&exceptional != 0 {
				bits, count = bits>>(e&63), count-uint(e)
				d.endBlock(e)
				break
			}
		}
		length := e.value(bits)
		bits, count = bits>>(e&63), count-uint(e)
		e = d.distances[bits%(1<<distanceBits)]
		if e&exceptional != 0 {
			bits, count, e = d.distances.long(bits, count, e)
		}
		distance := e.value(bits)
		bits, count = bits>>(e&63), count-uint(e)
		if distance > n || e&exceptional != 0 {
			d.err = ErrCorrupt
			break
		}
		repeat(out, n, n-distance, length)
		n += length
	}
	d.pos, d.bits, d.count = pos, bits, count&63
	return dst[:n]
}

// refilled makes 56 bits or more valid.
func refilled(in []byte, pos int, bits uint64, count uint) (uint64, int, uint) {
	bits |= binary.LittleEndian.Uint64(in[pos:]) << (count & 63)
	return bits, pos + int(7-count>>3&7), count | 56
}

// value is the number that an entry and the bits behind its code stand for.
func (e entry) value(bits uint64) int {
	return int(e>>valueShift) + int(bits&(1<<(e&63)-1)>>(e>>codeShift&codeMask))
}

// long returns the entry of a code that is longer than the index, if that is what e is.
func (t *table) long(bits uint64, count uint, e entry) (uint64, uint, entry) {
	if e&longer == 0 {
		return bits, count, e
	}
	bits, count = bits>>(e&63), count-uint(e)
	return bits, count, t[(uint64(e>>valueShift)+bits&(1<<(e>>codeShift&codeMask)-1))%(1<<tableBits)]
}

// endBlock ends the block at what is no symbol.
func (d *Decoder) endBlock(e entry) {
	d.block = between
	if e&unused != 0 {
		d.err = ErrCorrupt
	}
}

// repeat copies length bytes from one place to a later one, from the first byte on, and up to
// seven bytes more.
func repeat(out []byte, to, from, length int) {
	if to-from < 8 {
		for i := range length {
			out[to+i] = out[from+i]
		}
		return
	}
	for end := to + length; to < end; to, from = to+8, from+8 {
		binary.LittleEndian.PutUint64(out[to:], binary.LittleEndian.Uint64(out[from:]))
	}
}
