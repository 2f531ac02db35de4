package variable

import "github.com/trapline/trapline/image/dwarf"

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
	Complex
	Enum
	Pointer
	Reference
	Struct
	Array
	Function
)

// A Type is one of a program. What it is made of is looked for when it is needed.
type Type struct {
	Kind     Kind
	Name     string
	Size     int64
	Count    int64  // of an array's elements
	text     string // what stands before the quotes of its characters, as L
	quad     bool   // a number with a fraction of 112 bits rather than the x87's
	positive bool   // a character or an enumeration has no sign
	brain    bool   // a number with two bytes has a fraction of 7 bits
	flags    bool   // an enumeration's constants are bits
	opaque   bool   // what is in the structure is not known
	sought   bool   // in other units
	special  bool   // C++ copies or destroys it by a function
	members  []member
	variants *alternatives
	consts   []constant
	bound    dwarf.Entry // of an array that has as many elements as something says while the program runs
	info     *Info
	entry    dwarf.Entry
	elem     dwarf.Entry // what it points to or is an array of; not valid for nothing
	to       *Type       // instead of elem
}

// typeAt returns the type that an entry describes, without names that only stand for others and
// without qualifiers.
func (info *Info) typeAt(e dwarf.Entry) *Type {
	if t := info.types[e]; t != nil {
		return t
	}
	t := &Type{info: info}
	info.types[e] = t
	alias := characterAlias(e)
	switch e = unqualified(e); {
	case !e.Valid():
		t.Kind = Void
	case !through(e.Tag):
		if to := e.Ref(dwarf.AttrSignature); to.Valid() {
			e = to // in a unit of its own
		}
		t.read(e, alias)
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

// characterAlias is the name of a type of characters among those that stand for an entry, which C
// has for numbers.
func characterAlias(e dwarf.Entry) string {
	for range maxDepth {
		if _, known := characters[e.Name()]; known || !e.Valid() || !through(e.Tag) {
			break
		}
		e = e.Ref(dwarf.AttrType)
	}
	return e.Name()
}

// through reports whether an entry only stands for another type.
func through(tag dwarf.Tag) bool {
	switch tag {
	case dwarf.TagTypedef, dwarf.TagConst, dwarf.TagVolatile, dwarf.TagRestrict, dwarf.TagAtomic, dwarf.TagImmutable, dwarf.TagShared, dwarf.TagPacked:
		return true
	}
	return false
}

// read reads the entry of a type, and those in it. The type may have another name, which
// characters go by.
func (t *Type) read(e dwarf.Entry, alias string) {
	t.entry, t.Name = e, e.Name()
	t.Size, _ = e.Int(dwarf.AttrByteSize)
	t.elem = e.Ref(dwarf.AttrType)
	word := int64(t.info.abi.Word)
	switch e.Tag {
	case dwarf.TagBase:
		t.readBase(e, alias)
	case dwarf.TagPointer:
		t.Kind, t.Size = Pointer, word
	case dwarf.TagReference, dwarf.TagRvalueReference:
		t.Kind, t.Size = Reference, word
	case dwarf.TagStructure, dwarf.TagClass, dwarf.TagUnion:
		t.Kind = Struct
		t.readStruct(e)
	case dwarf.TagEnum:
		t.Kind = Enum
		t.readEnum(e)
	case dwarf.TagArray:
		t.Kind = Array
		t.readArray(e)
	case dwarf.TagSubroutineType:
		t.Kind, t.Size = Function, word
	case dwarf.TagUnspecified:
		t.Kind, t.Size = Pointer, word // decltype(nullptr)
	}
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

// function is the type of all functions.
func (info *Info) function() *Type {
	return &Type{Kind: Function, Size: int64(info.abi.Word), info: info}
}
