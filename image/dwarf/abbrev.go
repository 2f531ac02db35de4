package dwarf

// A field is one attribute of an abbreviation.
type field struct {
	attr     Attr
	form     form
	size     int   // of a value; negative if each has its own
	implicit int64 // the value, for a form that has it here
}

// An abbrev tells which attributes an entry has, and how they are written.
type abbrev struct {
	tag      Tag
	children bool
	size     int  // of all values together; negative if it varies
	code     bool // an entry may say where there is code
	fields   []field
}

// abbrevs are the abbreviations of a unit. Their codes nearly always count from one.
type abbrevs struct {
	list []abbrev
	rest map[uint64]*abbrev
}

type abbrevsKey struct {
	off   uint64
	shape shape
}

// get returns the abbreviation of a code; nil if there is none, as of a unit that cannot be read.
func (a *abbrevs) get(code uint64) *abbrev {
	if a == nil {
		return nil
	}
	if code-1 < uint64(len(a.list)) {
		return &a.list[code-1]
	}
	return a.rest[code]
}

func (a *abbrevs) add(code uint64, entry abbrev) {
	if code == uint64(len(a.list))+1 {
		a.list = append(a.list, entry)
		return
	}
	if a.rest == nil {
		a.rest = map[uint64]*abbrev{}
	}
	if _, known := a.rest[code]; !known {
		a.rest[code] = &entry
	}
}

// readAbbrevs returns the abbreviations at an offset. They are kept: units share them.
func (d *Data) readAbbrevs(off uint64, s shape) *abbrevs {
	key := abbrevsKey{off, s}
	if known, ok := d.abbrevs[key]; ok {
		return known
	}
	var a *abbrevs
	d.eachAbbrev(off, s, func() { a = &abbrevs{} }, func(code uint64, entry abbrev) bool {
		a.add(code, entry)
		return true
	})
	d.abbrevs[key] = a
	return a
}

// firstAbbrev returns one abbreviation of those at an offset, which is nearly always
// the first; nil if it is not there.
func (d *Data) firstAbbrev(off uint64, s shape, code uint64) (found *abbrev) {
	d.eachAbbrev(off, s, func() {}, func(c uint64, entry abbrev) bool {
		if c == code {
			found = &entry
		}
		return found == nil
	})
	return found
}

// eachAbbrev reads the abbreviations at an offset as long as use wants more. It may begin
// more than once.
func (d *Data) eachAbbrev(off uint64, s shape, begin func(), use func(code uint64, entry abbrev) bool) {
	var room []field
	ok := d.abbrev.parse(off, func(c *cursor) {
		begin()
		for {
			start := c.pos
			code := c.uleb()
			if code == 0 {
				return
			}
			if cap(room) < usualFields {
				room = make([]field, 0, 16*usualFields)
			}
			entry := c.abbrev(s, room)
			room = entry.fields[len(entry.fields):]
			if !d.abbrevBudget.spend(c.pos - start) {
				d.fail(errBudget)
				return
			}
			if c.bad || !use(code, entry) {
				return
			}
		}
	})
	if !ok {
		d.fail(errShort)
	}
}

// usualFields is more than most abbreviations have.
const usualFields = 16

// abbrev reads an abbreviation whose code was read, its fields into the room if there is enough.
func (c *cursor) abbrev(s shape, room []field) abbrev {
	a := abbrev{tag: Tag(c.uleb()), children: c.u8() != 0, fields: room}
	for {
		f := field{attr: Attr(c.uleb()), form: form(c.uleb())}
		switch f.form {
		case formImplicitConst:
			f.implicit = c.sleb()
		case formFlagPresent:
			f.implicit = 1
		}
		if f.attr == 0 && f.form == 0 {
			return a
		}
		if f.size = s.size(f.form); f.size < 0 || a.size < 0 {
			a.size = -1
		} else {
			a.size += f.size
		}
		a.code = a.code || f.attr == AttrLowPC || f.attr == AttrRanges
		a.fields = append(a.fields, f)
	}
}
