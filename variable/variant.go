package variable

import (
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image/dwarf"
)

// Alternatives are what an enumeration of Rust may be: a member tells which of them is there.
type alternatives struct {
	discriminant *member
	all          []alternative
}

// An alternative is one of them, with the value that the discriminant has then; the one without
// is there for all other values.
type alternative struct {
	value int64
	other bool
	member
}

// readVariants reads the alternatives of a structure.
func (t *Type) readVariants(part dwarf.Entry) {
	t.variants = &alternatives{}
	if d := part.Ref(dwarf.AttrDiscriminant); d.Valid() {
		m := t.memberOf(d)
		t.variants.discriminant = &m
	}
	for kid := range part.Kids() {
		if kid.Tag != dwarf.TagVariant || len(t.variants.all) == maxMembers {
			continue
		}
		value, known := kid.Int(dwarf.AttrDiscriminantValue)
		for m := range kid.Kids() {
			if m.Tag == dwarf.TagMember {
				t.variants.all = append(t.variants.all, alternative{value, !known, t.memberOf(m)})
				break
			}
		}
	}
}

// variantOf returns the alternative that is there, and its name.
func (v *Value) variantOf() (in Value, name string, ok bool) {
	if v.err != nil || v.typ.variants == nil {
		return in, "", false
	}
	var found *alternative
	n, size := int64(0), int64(8)
	if d := v.typ.variants.discriminant; d != nil {
		tag := v.part(d)
		var err error
		if n, err = tag.integer(); err != nil {
			return Value{err: err}, "", true
		}
		size = tag.typ.size()
	}
	for i := range v.typ.variants.all {
		a := &v.typ.variants.all[i]
		if !a.other && truncate(a.value, size) == truncate(n, size) || a.other && found == nil {
			found = a
		}
	}
	if found == nil {
		return failed("the alternative %d is not known", n), "", true
	}
	return v.part(&found.member), found.name, true
}

// appendVariant appends an alternative: its name and what is in it.
func (v *Value) appendVariant(b []byte, name string, l Limits, depth int) []byte {
	b = append(b, name...)
	if v.err != nil || v.typ.Kind != Struct || v.typ.empty(0) {
		return b
	}
	l.Depth++
	return v.appendStruct(b, l, depth+1)
}

// tupled reports whether the members of a structure have numbers rather than names.
func (t *Type) tupled() bool {
	return len(t.members) > 0 && t.members[0].name == "__0"
}

// vec returns where the elements of a Vec of Rust are, how many there are, and of which type.
func (v *Value) vec() (array Value, n int64, ok bool) {
	if v.typ.Kind != Struct || !strings.HasPrefix(v.typ.Name, "Vec<") {
		return array, 0, false
	}
	buf, elem := v.own("buf"), v.typ.argument("T")
	n, ok = v.count("len")
	if buf.err != nil || buf.typ.Kind != Struct || elem == nil || !ok {
		return array, 0, false
	}
	p := buf.pointer()
	at, err := p.integer()
	array = pointerTo(v.frame, elem)
	return array.bytes(number(uint64(at), array.typ.Size)), n, err == nil
}

// ownString is the text of a String of Rust, which is a Vec.
func (v *Value) ownString(limit int) (s string, more, ok bool) {
	if v.typ.Name != "String" {
		return "", false, false
	}
	vec := v.own("vec")
	if vec.err != nil || vec.typ.Kind != Struct {
		return "", false, false
	}
	array, n, ok := vec.vec()
	at, err := array.integer()
	if !ok || err != nil {
		return "", false, false
	}
	return v.bytesAt(array.typ.Elem(), abi.Addr(at), n, limit)
}
