package dwarf

import "sort"

// Body returns where the line table says that the body of a function begins, behind its
// prologue: at the place marked as that, or else where the function's second line begins,
// which marked does not say. It reports false for a function that it knows no such place of.
func (d *Data) Body(entry uint64) (addr uint64, marked, ok bool) {
	for _, u := range d.unitsAt(entry) {
		t := u.code()
		in := t.function(entry)
		if in < 0 {
			continue
		}
		for _, s := range t.of(&t.calls[in]) {
			if s.Contains(entry) {
				return u.lines().body(Span{entry, s.High})
			}
		}
	}
	return 0, false, false
}

// body is Body for the code of a function.
func (t *lines) body(code Span) (addr uint64, marked, ok bool) {
	for _, s := range t.sequences {
		if !s.Contains(code.Low) {
			continue
		}
		rows := t.rows[s.first : s.first+s.count]
		i := sort.Search(len(rows), func(i int) bool { return rows[i].addr >= code.Low })
		for ; i < len(rows) && rows[i].addr < code.High; i++ {
			switch r := &rows[i]; {
			case r.body:
				return r.addr, true, true
			case !ok && r.statement && r.addr > code.Low:
				addr, ok = r.addr, true
			}
		}
		break
	}
	return addr, false, ok
}
