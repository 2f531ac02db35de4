package dwarf

// A Call is one of the calls that an address lies in: inlined ones, and the function.
type Call struct {
	Name
	Entry        uint64 // where it begins; for a function in several pieces, the piece
	Inlined      bool
	File         string // where in the call the address is; empty if that is unknown
	Line, Column int
}

// Calls appends to buf the calls that an address lies in, the innermost first. What has a
// line but no function is a Call without a name.
func (d *Data) Calls(buf []Call, addr uint64) []Call {
	units := d.unitsAt(addr)
	for _, u := range units {
		if t := u.codeAt(addr); t.function(addr) >= 0 {
			return u.chain(buf, addr, t)
		}
	}
	for _, u := range units {
		if r := u.lines().at(addr); r != nil {
			return append(buf, u.place(addr))
		}
	}
	return buf
}

// place is a call of which only the line is filled in.
func (u *unit) place(addr uint64) (k Call) {
	t := u.lines()
	if r := t.at(addr); r != nil {
		k.File, k.Line, k.Column = t.file(uint64(r.file)), int(r.line), int(r.column)
	}
	return k
}

// maxInlined is how deep calls are inlined in each other.
const maxInlined = 1000

// chain appends the innermost call in the tree and those that it is inlined in.
func (u *unit) chain(buf []Call, addr uint64, t *tree) []Call {
	at, in := u.place(addr), t.innermost(addr)
	for n := 0; in >= 0 && n < maxInlined; n++ {
		k := &t.calls[in]
		at.Name, at.Entry, at.Inlined = u.name(k.entry), t.begin(k, addr), k.parent >= 0
		buf = append(buf, at)
		at = Call{}
		if k.line > 0 {
			at = Call{File: u.lines().file(uint64(k.file)), Line: int(k.line), Column: int(k.column)}
		}
		in = k.parent
	}
	return buf
}
