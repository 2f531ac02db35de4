package dwarf

// A Row is the code of one line from an address on. Of several rows at one address all but
// the last have no code of their own. Code without a line is in none.
type Row struct {
	Span
	File         string
	Line, Column int
	Statement    bool // a good place to stop at
}

// Rows calls use for each row of each line table, those of a sequence in ascending order.
func (d *Data) Rows(use func(Row)) {
	seen := map[*lines]bool{}
	for _, u := range d.scan() {
		if t := u.lines(); !seen[t] {
			seen[t] = true
			t.each(use)
		}
	}
}

// each is Rows for a table.
func (t *lines) each(use func(Row)) {
	paths := make([]string, len(t.files))
	for i := range t.files {
		paths[i] = t.file(uint64(i))
	}
	for _, s := range t.sequences {
		rows := t.rows[s.first : s.first+s.count]
		for i, r := range rows {
			end := s.High
			if i+1 < len(rows) {
				end = rows[i+1].addr
			}
			if int(r.file) < len(paths) && !r.stray {
				use(Row{Span{r.addr, end}, paths[r.file], int(r.line), int(r.column), r.statement})
			}
		}
	}
}

// A Subprogram is a function that has code, or a call of one that is inlined.
type Subprogram struct {
	Name    Name
	File    string // where it is declared
	Line    int
	Spans   []Span
	Inlined bool
}

// Subprograms calls use for each function and each inlined call.
func (d *Data) Subprograms(use func(*Subprogram)) {
	for _, u := range d.scan() {
		u = u.full()
		t := u.code()
		for i := range t.calls {
			k := &t.calls[i]
			s := Subprogram{Name: u.name(k.entry), Spans: t.of(k), Inlined: k.parent >= 0}
			s.File, s.Line = u.declared(k.entry)
			use(&s)
		}
	}
}

// declared returns where the function of the entry at an offset is declared; where it is
// defined, if that is elsewhere.
func (u *unit) declared(off uint64) (file string, line int) {
	for i := 0; i < maxReferences && u != nil; i++ {
		var p declaration
		p.read(u, off)
		if p.line > 0 && line == 0 {
			line = int(p.line)
		}
		if p.hasFile && file == "" {
			file = u.lines().file(p.file)
		}
		if line > 0 && file != "" {
			return file, line
		}
		u, off = p.unit, p.off
	}
	return file, line
}

// A declaration is what one entry says of where a function is, and the entry that says more.
type declaration struct {
	file, line uint64
	hasFile    bool
	unit       *unit
	off        uint64
}

func (p *declaration) read(u *unit, off uint64) {
	u.attributes(off, func(at Attr, v value) {
		switch at {
		case AttrDeclFile:
			p.file, p.hasFile = v.n, true
		case AttrDeclLine:
			p.line = v.n
		case AttrAbstractOrigin, AttrSpecification:
			p.unit, p.off = u.refer(v)
		}
	})
}
