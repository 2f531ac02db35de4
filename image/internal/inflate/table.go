package inflate

import "math/bits"

// A table is a Huffman code. The next bits of the input, as many as the code's table has, are the
// index of an entry, which tells what the first of them are: a symbol, or the beginning of a longer
// code, for which the bits that follow are the index of an entry elsewhere in the table.
type table [1 << tableBits]entry

const (
	tableBits    = 13
	literalBits  = 11 // of the index
	distanceBits = 8
	lengthsBits  = 7
	maxLength    = 15 // of a code
)

// An entry has, from the lowest bit on, eight bits of how many bits of the input are used up, four of
// how many of those are the code itself, flags, and the value.
type entry uint32

const (
	valueShift  = 16
	codeShift   = 8
	codeMask    = 15
	longer      = 1 << 12 // the beginning of longer codes: the value is where their entries are
	end         = 1 << 13 // of the block
	unused      = 1 << 14 // no symbol has this code
	exceptional = longer | end | unused
	literal     = 1 << 31
)

// An alphabet is the entries of symbols without the length of their code.
type alphabet []entry

var (
	lengthSymbols   = plain(19)
	literalSymbols  = literals()
	distanceSymbols = distances()
)

func plain(n int) (a alphabet) {
	for i := range n {
		a = append(a, entry(i)<<valueShift)
	}
	return a
}

// literals are the bytes, the end of a block and the lengths of matches.
func literals() alphabet {
	a := plain(256)
	for i := range a {
		a[i] |= literal
	}
	a = append(a, end)
	a = grow(a, 3, 8, 4, 28)
	a = append(a, 258<<valueShift, unused, unused)
	return a
}

// distances are those of matches.
func distances() alphabet { return append(grow(nil, 1, 4, 2, 30), unused, unused) }

// grow appends n symbols for numbers from base on: the first ones for one number each, and then
// in groups of so many with one bit more than the group before to tell the numbers that a symbol stands for.
func grow(a alphabet, base, first, group, n int) alphabet {
	width := 0
	for i := range n {
		if i >= first && (i-first)%group == 0 {
			width++
		}
		a = append(a, entry(base)<<valueShift|entry(width))
		base += 1 << width
	}
	return a
}

// build makes the table of a code from the lengths of its symbols' codes. It reports whether they
// are those of a code: one that is complete or empty or has one symbol.
func (t *table) build(symbols alphabet, lengths []uint8, index int) bool {
	var count [maxLength + 1]int
	for _, n := range lengths {
		count[n]++
	}
	space, longest := 0, 0
	for n := 1; n <= maxLength; n++ {
		if count[n] > 0 {
			space += count[n] << (maxLength - n)
			longest = n
		}
	}
	switch {
	case space == 1<<maxLength:
	case space == 0, count[1] == 1 && longest == 1:
		for i := range t[:1<<index] {
			t[i] = unused
		}
	default:
		return false
	}
	count[0] = 0
	t.fill(symbols, lengths, &count, index, longest)
	return true
}

// fill enters the codes, which ascend by their length and then by their symbol.
func (t *table) fill(symbols alphabet, lengths []uint8, count *[maxLength + 1]int, index, longest int) {
	f := filling{t: t, index: index, width: longest - index, free: 1 << index, first: -1}
	sorted, code := byLength(lengths, count), 0
	for n := 1; n <= longest; n++ {
		for _, s := range sorted[:count[n]] {
			f.enter(reverse(code, n), n, symbols[s])
			code++
		}
		sorted = sorted[count[n]:]
		code <<= 1
	}
}

// A filling is a table while codes are entered.
type filling struct {
	t            *table
	index, width int // bits of the index, and of that of longer codes
	first        int // what the longer codes begin with that were entered last
	free         int // the entry behind theirs
}

// enter enters a code of n bits. Codes that begin with the same bits follow each other.
func (f *filling) enter(code, n int, e entry) {
	if n <= f.index {
		f.repeat(0, code, f.index, n, e)
		return
	}
	if first := code & (1<<f.index - 1); first != f.first {
		f.t[first] = longer | entry(f.free)<<valueShift | entry(f.width)<<codeShift | entry(f.index)
		f.first, f.free = first, f.free+1<<f.width
	}
	f.repeat(f.free-1<<f.width, code>>f.index, f.width, n-f.index, e)
}

// repeat enters a code of n bits wherever an index of so many bits begins with it.
func (f *filling) repeat(base, code, index, n int, e entry) {
	e += entry(n)<<codeShift + entry(n)
	for ; code < 1<<index; code += 1 << n {
		f.t[base+code] = e
	}
}

// byLength returns the symbols that have a code by its length, of which count has the numbers.
func byLength(lengths []uint8, count *[maxLength + 1]int) []uint16 {
	var at [maxLength + 2]int
	for n, c := range count {
		at[n+1] = at[n] + c
	}
	sorted := make([]uint16, at[maxLength+1])
	for s, n := range lengths {
		if n > 0 {
			sorted[at[n]] = uint16(s)
			at[n]++
		}
	}
	return sorted
}

// reverse returns the n bits of a code with the first of them lowest, as the input has them.
func reverse(code, n int) int { return int(bits.Reverse16(uint16(code)) >> (16 - n)) }
