package variable

import (
	"errors"
	"slices"
	"strings"
	"unicode"
)

// A cast takes a value for one of another type.
type cast struct {
	to typeName
	of node
}

// A size is how many bytes a type or the value of an expression has.
type size struct {
	to typeName
	of node // nil for a type; what may be one is both
}

// A typeName is a type as an expression names it: a basic one of C or one of the program, or a
// pointer to such.
type typeName struct {
	basic string // the shortest name of a basic one
	name  string // of the program's
	stars int
}

// A basic type is one that needs no debug information. Its size is zero for that of a pointer.
type basic struct {
	kind Kind
	size int64
}

// basics are the basic types under their shortest names.
var basics = map[string]basic{
	"void": {Void, 0}, "bool": {Bool, 1}, "_Bool": {Bool, 1},
	"char": {Char, 1}, "short": {Int, 2}, "int": {Int, 4}, "long": {Int, 0},
	"long long": {Int, 8}, "unsigned char": {Uint, 1},
	"unsigned short": {Uint, 2}, "unsigned": {Uint, 4},
	"unsigned long": {Uint, 0}, "unsigned long long": {Uint, 8},
	"float": {Float, 4}, "double": {Float, 8},
	"int8_t": {Int, 1}, "int16_t": {Int, 2}, "int32_t": {Int, 4}, "int64_t": {Int, 8},
	"uint8_t": {Uint, 1}, "uint16_t": {Uint, 2}, "uint32_t": {Uint, 4}, "uint64_t": {Uint, 8},
	"size_t": {Uint, 0}, "ssize_t": {Int, 0}, "intptr_t": {Int, 0}, "uintptr_t": {Uint, 0},
}

// cast reads a type in parentheses and what is to be of that type; ok is false if something else
// is there, and nothing has been read.
func (p *parser) cast() (n node, ok bool, err error) {
	start := p.rest
	to, certain, ok := p.typeName()
	if !ok || !certain && !p.operand() {
		p.rest = start
		return nil, false, nil
	}
	of, err := p.prefix()
	return cast{to, of}, true, err
}

// operand reports whether something follows that can be cast and is no operator.
func (p *parser) operand() bool {
	t := p.peek()
	return word(t) > 0 || t == "(" || t == `"` || t == "'"
}

// sizeOf reads what the size is wanted of.
func (p *parser) sizeOf() (node, error) {
	p.next()
	start := p.rest
	if p.peek() == "(" {
		if to, certain, ok := p.typeName(); ok && certain {
			return size{to: to}, nil
		} else if ok {
			return size{to, name(to.name)}, nil
		}
	}
	p.rest = start
	of, err := p.prefix()
	return size{of: of}, err
}

// qualifiers are words that make no other type, and tags those that stand before the name of one.
var (
	qualifiers = []string{"const", "volatile", "signed", "restrict"}
	tags       = []string{"struct", "union", "enum", "class"}
)

// typeName reads a type in parentheses; certain is false if it may be a variable.
func (p *parser) typeName() (t typeName, certain, ok bool) {
	var words []string
	for p.next(); word(p.peek()) > 0; {
		words = append(words, p.next())
	}
	for ; p.peek() == "*" || p.peek() == "const"; p.next() {
		if p.peek() == "*" {
			t.stars++
		}
	}
	if p.next() != ")" || len(words) == 0 {
		return t, false, false
	}
	plain := plainest(words)
	if b, ok := basics[plain]; ok {
		t.basic = plain
		return t, true, t.stars > 0 || b.kind != Void
	}
	words = slices.DeleteFunc(words, func(w string) bool { return slices.Contains(qualifiers, w) })
	tagged := len(words) == 2 && slices.Contains(tags, words[0])
	if tagged {
		words = words[1:]
	}
	if len(words) != 1 || !unicode.IsLetter(rune(words[0][0])) && words[0][0] != '_' && words[0][0] != ':' {
		return t, false, false
	}
	t.name = words[0]
	return t, tagged || t.stars > 0, true
}

// plainest is the name of a basic type, of one word or more, without what need not be said.
func plainest(words []string) string {
	plain := slices.DeleteFunc(slices.Clone(words), func(w string) bool {
		return slices.Contains(qualifiers, w) || w == "int" && len(words) > 1
	})
	if len(plain) == 0 {
		return "int"
	}
	if i := slices.Index(plain, "unsigned"); i > 0 {
		plain = slices.Insert(slices.Delete(plain, i, i+1), 0, "unsigned")
	}
	return strings.Join(plain, " ")
}

func (c cast) eval(f *Frame) Value {
	v := c.of.eval(f)
	t, err := c.to.find(f)
	switch {
	case v.err != nil:
		return v
	case err != nil:
		return Value{err: err}
	case t.Kind == Struct || t.Kind == Array:
		if !v.placed {
			return failed("it is not in memory")
		}
		v.typ = f.settle(t, 0)
		return v
	case t.Kind == Float:
		x, err := v.number()
		if t.size() == 4 {
			x = float64(float32(x))
		}
		return Value{float: x, isReal: true, err: err}
	case v.isFloat():
		x, err := v.number()
		return Value{err: err, frame: f, typ: t}.bytes(number(uint64(int64(x)), t.Size))
	}
	n, err := v.integer()
	if t.Kind == Bool && n != 0 {
		n = 1
	}
	return Value{err: err, frame: f, typ: t}.bytes(extend(n, t.Size))
}

// extend is a number in so many bytes.
func extend(n, size int64) []byte {
	b := number(uint64(n), size)
	for i := 8; n < 0 && i < len(b); i++ {
		b[i] = 0xff
	}
	return b
}

func (s size) eval(f *Frame) Value {
	if s.of == nil {
		t, err := s.to.find(f)
		if err != nil {
			return Value{err: err}
		}
		return integer(f.settle(t, 0).size())
	}
	v := s.of.eval(f)
	switch {
	case s.to.name != "" && (errors.As(v.err, new(Unnamed)) || v.typ != nil && v.typ.Kind == Function): // no variable, but a type or its constructor
		return size{to: s.to}.eval(f)
	case v.err != nil:
		return v
	case v.typ == nil && v.isText:
		return integer(int64(len(v.text)) + 1)
	case v.typ == nil:
		return integer(8)
	}
	return integer(v.typ.size())
}

// find returns the type of that name.
func (n typeName) find(f *Frame) (t *Type, err error) {
	word := int64(f.Regs.ABI.Word)
	if n.name == "" {
		t = basicType(n.basic, word)
	} else if t, err = f.named(n.name); err != nil {
		return nil, err
	}
	for range min(n.stars, maxDepth) {
		t = &Type{Kind: Pointer, Size: word, to: t}
	}
	return t, nil
}

// basicType is the type of that name where words have so many bytes.
func basicType(name string, word int64) *Type {
	b := basics[name]
	t := &Type{Kind: b.kind, Name: name, Size: b.size}
	if b.size == 0 && b.kind != Void {
		t.Size = word
	}
	return t
}

// untyped is the error for the name of a type that is nowhere.
type untyped string

func (u untyped) Error() string { return "there is no type " + string(u) + " here" }

// named returns the program's type of that name.
func (f *Frame) named(name string) (*Type, error) {
	if f.Scope != nil {
		return f.Scope.typeNamed(name)
	}
	for i := range f.Outside {
		if info := f.Outside[i].Info; info != nil {
			if e, ok := info.find(name, "", typeTags); ok {
				return info.typeAt(e), nil
			}
		}
	}
	return nil, untyped(name)
}
