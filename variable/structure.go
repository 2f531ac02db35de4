package variable

import (
	"strings"

	"github.com/trapline/trapline/image/dwarf"
)

// A member is one of a structure. One without a name that is a structure has its members in this
// one's; so has a base.
type member struct {
	name     string
	typ      dwarf.Entry
	offset   int64
	bits     int64 // the size of a bit field; zero for others
	bit      int64 // where it begins, from the lowest bit of the structure
	base     bool
	embedded bool   // Go counts its members as this one's
	at       []byte // what computes where a virtual base is; nil for others
}

// maxMembers is how many members of a structure and constants of an enumeration are known.
const maxMembers = 4096

// byReference is DW_CC_pass_by_reference.
const byReference = 4

// readStruct reads the members of a structure, and how values of it are passed.
func (t *Type) readStruct(e dwarf.Entry) {
	t.opaque = e.Flag(dwarf.AttrDeclaration)
	convention, _ := e.Int(dwarf.AttrCallingConvention)
	t.special = convention == byReference
	for kid := range e.Kids() {
		if kid.Tag == dwarf.TagMember || kid.Tag == dwarf.TagInheritance {
			t.takeMember(kid)
		}
		if kid.Tag == dwarf.TagVariantPart {
			t.readVariants(kid)
		}
		t.special = t.special || specialised(e, kid)
		if len(t.members) == maxMembers {
			break
		}
	}
}

// inClass is DW_DEFAULTED_in_class.
const inClass = 1

// specialised reports whether a part of a C++ class shows that it is passed by reference, where
// its compiler does not say how: it is virtual, or a destructor or a constructor from another
// value of the class that somebody has written.
func specialised(class, kid dwarf.Entry) bool {
	if virtual, _ := kid.Int(dwarf.AttrVirtuality); virtual != 0 {
		return true
	}
	defaulted, _ := kid.Int(dwarf.AttrDefaulted)
	if kid.Tag != dwarf.TagSubprogram || defaulted == inClass || kid.Flag(dwarf.AttrArtificial) || kid.Flag(dwarf.AttrDeleted) {
		return false
	}
	name, _, _ := strings.Cut(class.Name(), "<")
	return kid.Name() == "~"+name || kid.Name() == name && takesOne(class, kid)
}

// takesOne reports whether a constructor takes a reference to a value of its class, and no more.
func takesOne(class, constructor dwarf.Entry) bool {
	var last dwarf.Entry
	n := 0
	for kid := range constructor.Kids() {
		if kid.Tag == dwarf.TagFormalParameter {
			last, n = kid, n+1
		}
	}
	to := last.Ref(dwarf.AttrType)
	return n == 2 && (to.Tag == dwarf.TagReference || to.Tag == dwarf.TagRvalueReference) && unqualified(to.Ref(dwarf.AttrType)) == class
}

// complete looks for what is in a structure that its unit only declares.
func (t *Type) complete() {
	if t.sought {
		return
	}
	t.sought = true
	for _, n := range t.info.elsewhere(t.Name) {
		if found := t.info.typeAt(n.entry); found.Kind == Struct && !found.opaque && found.Name == t.Name {
			*t = *found
			return
		}
	}
}

// takeMember notes a member that is no static one.
func (t *Type) takeMember(e dwarf.Entry) {
	if !e.Flag(dwarf.AttrExternal) {
		t.members = append(t.members, t.memberOf(e))
	}
}

// memberOf is the member that an entry describes.
func (t *Type) memberOf(e dwarf.Entry) member {
	m := member{name: e.Name(), typ: e.Ref(dwarf.AttrType), base: e.Tag == dwarf.TagInheritance, embedded: e.Flag(dwarf.AttrGoEmbedded)}
	m.offset, _ = e.Int(dwarf.AttrDataMemberLocation)
	if at := e.Location(dwarf.AttrDataMemberLocation, 0); len(at) > 1 && at[0] == plusUconst {
		m.offset = int64(dwarf.Uleb(at[1:]))
	} else {
		m.at = at
	}
	m.bits, _ = e.Int(dwarf.AttrBitSize)
	if bit, ok := e.Int(dwarf.AttrDataBitOffset); ok {
		m.bit = bit
	} else if high, ok := e.Int(dwarf.AttrBitOffset); ok { // as DWARF 2 counts: from the highest bit
		size, ok := e.Int(dwarf.AttrByteSize)
		if !ok {
			size = t.info.typeAt(m.typ).size()
		}
		m.bit = m.offset*8 + size*8 - high - m.bits
	} else {
		m.bit = m.offset * 8
	}
	return m
}

// member is the structure's own member of that name, no base; nil if it has none.
func (t *Type) member(name string) *member {
	for i := range t.members {
		if m := &t.members[i]; m.name == name && !m.base {
			return m
		}
	}
	return nil
}

// plusUconst is DW_OP_plus_uconst, as DWARF 2 says where a member is.
const plusUconst = 0x23
