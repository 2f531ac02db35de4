package variable

import "debug/dwarf"

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
	info    *Info
	elem    dwarf.Offset
	hasElem bool
	to      *Type // instead of elem
}

// A member is one of a structure. One without a name that is a structure has its members in this
// one's; so has a base.
type member struct {
	name   string
	typ    dwarf.Offset
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

// typeAt returns the type whose entry is at an offset, without names that only stand for others
// and without qualifiers.
func (info *Info) typeAt(off dwarf.Offset) *Type {
	if t := info.types[off]; t != nil {
		return t
	}
	t := &Type{info: info}
	info.types[off] = t
	for at, n := off, 0; n < maxDepth; n++ {
		r := info.data.Reader()
		r.Seek(at)
		e, err := r.Next()
		if err != nil || e == nil {
			return t
		}
		next, more := e.Val(dwarf.AttrType).(dwarf.Offset)
		if through(e.Tag) {
			if !more {
				t.Kind = Void
				return t
			}
			at = next
			continue
		}
		t.elem, t.hasElem = next, more
		t.read(r, e)
		return t
	}
	return t
}

// through reports whether an entry only stands for another type.
func through(tag dwarf.Tag) bool {
	switch tag {
	case dwarf.TagTypedef, dwarf.TagConstType, dwarf.TagVolatileType, dwarf.TagRestrictType, dwarf.TagAtomicType, dwarf.TagImmutableType, dwarf.TagSharedType, dwarf.TagPackedType:
		return true
	}
	return false
}

// read reads the entry of a type, and those in it.
func (t *Type) read(r *dwarf.Reader, e *dwarf.Entry) {
	t.Name, _ = e.Val(dwarf.AttrName).(string)
	t.Size, _ = e.Val(dwarf.AttrByteSize).(int64)
	word := int64(t.info.abi.Word)
	switch e.Tag {
	case dwarf.TagBaseType:
		t.Kind = encoded(e)
	case dwarf.TagPointerType:
		t.Kind, t.Size = Pointer, word
	case dwarf.TagReferenceType, dwarf.TagRvalueReferenceType:
		t.Kind, t.Size = Reference, word
	case dwarf.TagStructType, dwarf.TagClassType, dwarf.TagUnionType:
		t.Kind = Struct
		t.each(r, e, t.takeMember)
		t.takeConvention(e)
	case dwarf.TagEnumerationType:
		t.Kind = Enum
		t.each(r, e, t.takeConstant)
	case dwarf.TagArrayType:
		t.Kind, t.Count = Array, 1
		t.dimensions(r, e)
	case dwarf.TagSubroutineType:
		t.Kind, t.Size = Function, word
	case dwarf.TagUnspecifiedType:
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

func encoded(e *dwarf.Entry) Kind {
	encoding, _ := e.Val(dwarf.AttrEncoding).(int64)
	size, _ := e.Val(dwarf.AttrByteSize).(int64)
	name, _ := e.Val(dwarf.AttrName).(string)
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

// each reads the entries in one.
func (t *Type) each(r *dwarf.Reader, e *dwarf.Entry, use func(*dwarf.Entry)) {
	if !e.Children {
		return
	}
	for {
		kid, err := r.Next()
		if err != nil || kid == nil || kid.Tag == 0 {
			return
		}
		use(kid)
		if kid.Children {
			r.SkipChildren()
		}
	}
}

// byReference is DW_CC_pass_by_reference.
const byReference = 4

// takeConvention notes how values are passed.
func (t *Type) takeConvention(e *dwarf.Entry) {
	convention, _ := e.Val(dwarf.AttrCalling).(int64)
	t.special = convention == byReference
}

func (t *Type) takeMember(e *dwarf.Entry) {
	if e.Tag != dwarf.TagMember && e.Tag != dwarf.TagInheritance || len(t.members) >= maxMembers {
		return
	}
	if declared, _ := e.Val(dwarf.AttrExternal).(bool); declared {
		return // a static one
	}
	m := member{base: e.Tag == dwarf.TagInheritance}
	m.name, _ = e.Val(dwarf.AttrName).(string)
	m.typ, _ = e.Val(dwarf.AttrType).(dwarf.Offset)
	switch at := e.Val(dwarf.AttrDataMemberLoc).(type) {
	case int64:
		m.offset = at
	case []byte: // DW_OP_plus_uconst
		if len(at) > 1 && at[0] == 0x23 {
			r := reader{rest: at[1:]}
			m.offset = int64(r.uleb())
		}
	}
	m.bits, _ = e.Val(dwarf.AttrBitSize).(int64)
	if bit, ok := e.Val(dwarf.AttrDataBitOffset).(int64); ok {
		m.bit = bit
	} else if high, ok := e.Val(dwarf.AttrBitOffset).(int64); ok { // as DWARF 2 counts: from the highest bit
		size, _ := e.Val(dwarf.AttrByteSize).(int64)
		m.bit = m.offset*8 + size*8 - high - m.bits
	} else {
		m.bit = m.offset * 8
	}
	t.members = append(t.members, m)
}

func (t *Type) takeConstant(e *dwarf.Entry) {
	name, ok := e.Val(dwarf.AttrName).(string)
	if e.Tag != dwarf.TagEnumerator || !ok || len(t.consts) >= maxMembers {
		return
	}
	value, _ := e.Val(dwarf.AttrConstValue).(int64)
	t.consts = append(t.consts, constant{name, value})
}

// maxCount is how many elements an array is believed to have.
const maxCount = 1 << 40

// dimensions reads the dimensions of an array: one of arrays if there are several.
func (t *Type) dimensions(r *dwarf.Reader, e *dwarf.Entry) {
	var counts []int64
	t.each(r, e, func(kid *dwarf.Entry) {
		if kid.Tag == dwarf.TagSubrangeType && len(counts) < maxDepth {
			counts = append(counts, dimension(kid))
		}
	})
	if len(counts) == 0 {
		counts = []int64{0}
	}
	t.Count = counts[0]
	inner := t
	for _, n := range counts[1:] {
		next := &Type{Kind: Array, Count: n, info: t.info, elem: t.elem, hasElem: t.hasElem}
		inner.to = next
		inner = next
	}
}

func dimension(e *dwarf.Entry) int64 {
	if n, ok := e.Val(dwarf.AttrCount).(int64); ok {
		return max(min(n, maxCount), 0)
	}
	upper, ok := e.Val(dwarf.AttrUpperBound).(int64)
	if !ok {
		return 0
	}
	lower, _ := e.Val(dwarf.AttrLowerBound).(int64)
	return max(min(upper-lower+1, maxCount), 0)
}

// Elem returns what a pointer points to, or the type of an array's elements.
func (t *Type) Elem() *Type {
	if t.to != nil {
		return t.to
	}
	if !t.hasElem {
		return &Type{Kind: Void, info: t.info}
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
