package variable

import (
	"strings"

	"github.com/trapline/trapline/image/dwarf"
)

// A Kind is what a type is, apart from its name and qualifiers.
type Kind uint8

// The kinds of types.
const (
	Unknown Kind = iota
	Void
	Int
	Uint
	Char
	Bool
	Float
	Enum
	Pointer
	Reference
	Struct
	Array
	Function
)

// A Type is one of a program. What it is made of is looked for when it is needed.
type Type struct {
	Kind    Kind
	Name    string
	Size    int64
	Count   int64 // of an array's elements
	members []member
	consts  []constant
	special bool // C++ copies or destroys it by a function
	counts  bool // a character without a sign
	info    *Info
	elem    dwarf.Entry // what it points to or is an array of; not valid for nothing
	to      *Type       // instead of elem
}

// A member is one of a structure. One without a name that is a structure has its members in this
// one's; so has a base.
type member struct {
	name   string
	typ    dwarf.Entry
	offset int64
	bits   int64 // the size of a bit field; zero for others
	bit    int64 // where it begins, from the lowest bit of the structure
	base   bool
}

// A constant is one of an enumeration.
type constant struct {
	name  string
	value int64
}

// maxMembers is how many members of a structure and constants of an enumeration are known.
const maxMembers = 4096

// typeAt returns the type that an entry describes, without names that only stand for others and
// without qualifiers.
func (info *Info) typeAt(e dwarf.Entry) *Type {
	if t := info.types[e]; t != nil {
		return t
	}
	t := &Type{info: info}
	info.types[e] = t
	switch e = unqualified(e); {
	case !e.Valid():
		t.Kind = Void
	case !through(e.Tag):
		t.read(e)
	}
	return t
}

// unqualified is the entry that others only stand for.
func unqualified(e dwarf.Entry) dwarf.Entry {
	for range maxDepth {
		if !e.Valid() || !through(e.Tag) {
			break
		}
		e = e.Ref(dwarf.AttrType)
	}
	return e
}

// through reports whether an entry only stands for another type.
func through(tag dwarf.Tag) bool {
	switch tag {
	case dwarf.TagTypedef, dwarf.TagConst, dwarf.TagVolatile, dwarf.TagRestrict, dwarf.TagAtomic, dwarf.TagImmutable, dwarf.TagShared, dwarf.TagPacked:
		return true
	}
	return false
}

// read reads the entry of a type, and those in it.
func (t *Type) read(e dwarf.Entry) {
	t.Name = e.Name()
	t.Size, _ = e.Int(dwarf.AttrByteSize)
	t.elem = e.Ref(dwarf.AttrType)
	word := int64(t.info.abi.Word)
	switch e.Tag {
	case dwarf.TagBase:
		encoding, _ := e.Int(dwarf.AttrEncoding)
		t.Kind, t.counts = encoded(e), encoding == ateUnsignedChar
	case dwarf.TagPointer:
		t.Kind, t.Size = Pointer, word
	case dwarf.TagReference, dwarf.TagRvalueReference:
		t.Kind, t.Size = Reference, word
	case dwarf.TagStructure, dwarf.TagClass, dwarf.TagUnion:
		t.Kind = Struct
		t.readStruct(e)
	case dwarf.TagEnum:
		t.Kind = Enum
		t.readConstants(e)
	case dwarf.TagArray:
		t.Kind, t.Count = Array, 1
		t.readDimensions(e)
	case dwarf.TagSubroutineType:
		t.Kind, t.Size = Function, word
	case dwarf.TagUnspecified:
		t.Kind, t.Size = Pointer, word // decltype(nullptr)
	}
}

// Encodings of base types: DW_ATE_*.
const (
	ateBoolean      = 2
	ateFloat        = 4
	ateSigned       = 5
	ateSignedChar   = 6
	ateUnsigned     = 7
	ateUnsignedChar = 8
	ateUTF          = 16
)

func encoded(e dwarf.Entry) Kind {
	encoding, _ := e.Int(dwarf.AttrEncoding)
	size, _ := e.Int(dwarf.AttrByteSize)
	name := e.Name()
	switch encoding {
	case ateBoolean:
		return Bool
	case ateFloat:
		return Float
	case ateSigned:
		return Int
	case ateUnsigned, ateUTF:
		return Uint
	case ateSignedChar, ateUnsignedChar:
		switch {
		case size == 1 && (name == "char" || name == "unsigned char" || name == "signed char"):
			return Char
		case encoding == ateSignedChar:
			return Int
		}
		return Uint
	}
	return Unknown
}

// byReference is DW_CC_pass_by_reference.
const byReference = 4

// readStruct reads the members of a structure, and how values of it are passed.
func (t *Type) readStruct(e dwarf.Entry) {
	convention, _ := e.Int(dwarf.AttrCallingConvention)
	t.special = convention == byReference
	for kid := range e.Kids() {
		if kid.Tag == dwarf.TagMember || kid.Tag == dwarf.TagInheritance {
			t.takeMember(kid)
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

func (t *Type) takeMember(e dwarf.Entry) {
	if e.Flag(dwarf.AttrExternal) {
		return // a static one
	}
	m := member{name: e.Name(), typ: e.Ref(dwarf.AttrType), base: e.Tag == dwarf.TagInheritance}
	m.offset, _ = e.Int(dwarf.AttrDataMemberLocation)
	if at := e.Location(dwarf.AttrDataMemberLocation, 0); len(at) > 1 && at[0] == plusUconst {
		m.offset = int64(dwarf.Uleb(at[1:]))
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
	t.members = append(t.members, m)
}

// plusUconst is DW_OP_plus_uconst, as DWARF 2 says where a member is.
const plusUconst = 0x23

func (t *Type) readConstants(e dwarf.Entry) {
	for kid := range e.Kids() {
		if kid.Tag != dwarf.TagEnumerator || len(t.consts) == maxMembers {
			continue
		}
		value, _ := kid.Int(dwarf.AttrConstValue)
		t.consts = append(t.consts, constant{kid.Name(), value})
	}
}

// maxCount is how many elements an array is believed to have.
const maxCount = 1 << 40

// readDimensions reads the dimensions of an array: one of arrays if there are several.
func (t *Type) readDimensions(e dwarf.Entry) {
	var counts []int64
	for kid := range e.Kids() {
		if kid.Tag == dwarf.TagSubrange && len(counts) < maxDepth {
			counts = append(counts, dimension(kid))
		}
	}
	if len(counts) == 0 {
		counts = []int64{0}
	}
	t.Count = counts[0]
	inner := t
	for _, n := range counts[1:] {
		next := &Type{Kind: Array, Count: n, info: t.info, elem: t.elem}
		inner.to = next
		inner = next
	}
}

func dimension(e dwarf.Entry) int64 {
	if n, ok := e.Int(dwarf.AttrCount); ok {
		return max(min(n, maxCount), 0)
	}
	upper, ok := e.Int(dwarf.AttrUpperBound)
	if !ok {
		return 0
	}
	lower, _ := e.Int(dwarf.AttrLowerBound)
	return max(min(upper-lower+1, maxCount), 0)
}

// Elem returns what a pointer points to, or the type of an array's elements.
func (t *Type) Elem() *Type {
	if t.to != nil {
		return t.to
	}
	return t.info.typeAt(t.elem)
}

// size is how many bytes a value of the type has.
func (t *Type) size() int64 {
	if t.Kind != Array || t.Size > 0 {
		return t.Size
	}
	total := t.Count
	inner := t.Elem()
	for n := 0; n < maxDepth && inner.Kind == Array && inner.Size == 0; n++ {
		if total *= inner.Count; total > maxCount {
			return maxCount
		}
		inner = inner.Elem()
	}
	if inner.Size > maxValue || inner.Size < 0 {
		return maxCount
	}
	return total * inner.Size
}

// String is the type as errors call it.
func (t *Type) String() string {
	switch {
	case t.Name != "":
		return t.Name
	case t.Kind == Pointer:
		return "pointer"
	case t.Kind == Struct:
		return "structure"
	case t.Kind == Array:
		return "array"
	case t.Kind == Enum:
		return "enumeration"
	case t.Kind == Function:
		return "function"
	}
	return "value of an unknown type"
}
