package dwarf

// typeUnit returns the unit that describes the type of a signature, and the entry of the type;
// nil if none does.
func (d *Data) typeUnit(signature uint64) (*unit, uint64) {
	if d.signatures == nil {
		d.signatures = map[uint64]*unit{}
		d.readTypeUnits()
	}
	u, known := d.signatures[signature]
	if !known && d.tuIndex.size > 0 {
		u = d.packagedType(signature)
		d.signatures[signature] = u
	}
	if u == nil {
		return nil, 0
	}
	return u, u.off + u.typeOff
}

// readTypeUnits notes the units of types: those among all others, as DWARF 5 has them, and those
// of .debug_types. Of a package the index tells.
func (d *Data) readTypeUnits() {
	if d.tuIndex.size > 0 {
		return
	}
	for _, u := range d.scan() {
		d.noteType(u)
	}
	for off := uint64(0); off < d.types.size; {
		u := d.header(&d.types, off)
		if u == nil {
			d.fail(errShort)
			break
		}
		d.noteType(u)
		off = u.end
	}
}

func (d *Data) noteType(u *unit) {
	if isType := u.kind == unitType || u.kind == unitSplitType; isType && u.version >= 2 && u.version <= 5 {
		d.signatures[u.id] = u
	}
}

// packagedType is the unit that a package has for a signature.
func (d *Data) packagedType(signature uint64) *unit {
	at, ok := d.packaged(&d.tuIndex, signature)
	if !ok {
		return nil
	}
	in := &d.info
	if at.hasTypes {
		in = &d.types
	}
	u := d.header(in, at.info)
	if u == nil || u.kind != unitType && u.kind != unitSplitType {
		return nil
	}
	return u.contribute(at)
}
