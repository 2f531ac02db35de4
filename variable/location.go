package variable

import "debug/dwarf"

// A reader reads a list of locations.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) take(n uint64) []byte {
	if n > uint64(len(r.rest)) {
		r.bad, r.rest = true, nil
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) little(size int) uint64 { return little(r.take(uint64(size)), size) }

func (r *reader) uleb() (v uint64) {
	for shift := 0; !r.bad; shift += 7 {
		b := r.little(1)
		if shift < 64 {
			v |= b & 0x7f << shift
		}
		if b < 0x80 {
			break
		}
	}
	return v
}

// location returns the expression for where a variable is at an address of the file; nil for
// one that is nowhere there.
func (u *unit) location(f *dwarf.Field, addr uint64) []byte {
	switch v := f.Val.(type) {
	case []byte:
		return v
	case uint64: // an index
		return u.indexedList(v, addr)
	case int64:
		if u.version >= 5 {
			return u.newList(uint64(v), addr)
		}
		return u.oldList(uint64(v), addr)
	}
	return nil
}

// at returns a reader of a section from an offset on.
func (u *unit) at(section string, off uint64) *reader {
	raw := u.info.lists[section]
	if off > uint64(len(raw)) {
		return &reader{bad: true}
	}
	return &reader{rest: raw[off:]}
}

// oldList looks into a list of .debug_loc.
func (u *unit) oldList(off, addr uint64) []byte {
	r, word := u.at(".debug_loc", off), u.info.abi.Word
	last := ^uint64(0) >> (64 - 8*word)
	for base := u.base; !r.bad; {
		low, high := r.little(word), r.little(word)
		switch {
		case low == 0 && high == 0:
			return nil
		case low == last:
			base = high
			continue
		}
		if expr := r.take(r.little(2)); addr >= base+low && addr < base+high {
			return expr
		}
	}
	return nil
}

// indexedList looks into a list of .debug_loclists by its number.
func (u *unit) indexedList(i, addr uint64) []byte {
	r := u.at(".debug_loclists", u.lists+4*i)
	off := r.little(4)
	if r.bad {
		return nil
	}
	return u.newList(u.lists+off, addr)
}

// Kinds of entries of .debug_loclists: DW_LLE_*.
const (
	endOfList       = 0
	baseAddressx    = 1
	startxEndx      = 2
	startxLength    = 3
	offsetPair      = 4
	defaultLocation = 5
	baseAddress     = 6
	startEnd        = 7
	startLength     = 8
	viewPair        = 9
)

// newList looks into a list of .debug_loclists.
func (u *unit) newList(off, addr uint64) []byte {
	r, word := u.at(".debug_loclists", off), u.info.abi.Word
	indexed := func() uint64 {
		v, ok := u.address(r.uleb())
		r.bad = r.bad || !ok
		return v
	}
	for base := u.base; !r.bad; {
		var low, high uint64
		switch r.little(1) {
		case baseAddressx:
			base = indexed()
			continue
		case baseAddress:
			base = r.little(word)
			continue
		case viewPair:
			r.uleb()
			r.uleb()
			continue
		case startxEndx:
			low, high = indexed(), indexed()
		case startxLength:
			low = indexed()
			high = low + r.uleb()
		case offsetPair:
			low, high = base+r.uleb(), base+r.uleb()
		case startEnd:
			low, high = r.little(word), r.little(word)
		case startLength:
			low = r.little(word)
			high = low + r.uleb()
		case defaultLocation:
			low, high = 0, ^uint64(0)
		default:
			return nil
		}
		if expr := r.take(r.uleb()); !r.bad && addr >= low && addr < high {
			return expr
		}
	}
	return nil
}
