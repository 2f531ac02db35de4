package dwarf

// typeUnit returns the unit that describes the type of a signature, and the entry of the type;
// nil if none does.
func (d *Data) typeUnit(signature uint64) (*unit, uint64) {
	if d.signatures == nil {
		d.signatures = map[uint64]*unit{}
		for _, u := range d.typeUnits() {
			d.signatures[u.id] = u
		}
	}
	if u := d.signatures[signature]; u != nil {
		return u, u.off + u.typeOff
	}
	return nil, 0
}

// typeUnits returns the units of types: those among all others, as DWARF 5 has them, those of
// .debug_types, or those of a package.
func (d *Data) typeUnits() []*unit {
	if d.typed {
		return d.types.units
	}
	d.typed = true
	if d.tuIndex.size > 0 {
		d.readTypeIndex()
		return d.types.units
	}
	for _, u := range d.scan() {
		d.noteType(u)
	}
	for off := uint64(0); off < d.types.size; {
		u := d.header(&d.types.section, off)
		if u == nil {
			d.fail(errShort)
			break
		}
		d.noteType(u)
		off = u.end
	}
	return d.types.units
}

// noteType takes a unit if it is of a type.
func (d *Data) noteType(u *unit) {
	if u.isType() && u.readable() {
		d.types.units = append(d.types.units, u)
	}
}

func (u *unit) isType() bool { return u.kind == unitType || u.kind == unitSplitType }

// readTypeIndex notes the units of types of a package.
func (d *Data) readTypeIndex() {
	slots := d.tuIndex.index(12)
	for slot := range min(slots, d.tuIndex.size) {
		row := d.tuIndex.index(indexHeader + 8*slots + 4*slot)
		if row == 0 {
			continue
		}
		at, ok := d.tuIndex.contribution(row)
		in := &d.info
		if at.hasTypes {
			in = &d.types.section
		}
		if u := d.header(in, at.info); ok && u != nil && u.contribute(at) != nil {
			d.noteType(u)
		}
	}
}
