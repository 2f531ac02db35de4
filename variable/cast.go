package variable

import (
	"slices"
	"strings"
)

// A cast takes a value for one of another type: a basic one of C, or a pointer to such.
type cast struct {
	to    basic
	stars int
	of    node
}

// A basic type is one that needs no debug information. Its size is zero for that of a pointer.
type basic struct {
	name string
	kind Kind
	size int64
}

// basics are the basic types under their shortest names.
var basics = map[string]basic{
	"void": {"void", Void, 0}, "bool": {"bool", Bool, 1}, "_Bool": {"_Bool", Bool, 1},
	"char": {"char", Char, 1}, "short": {"short", Int, 2}, "int": {"int", Int, 4}, "long": {"long", Int, 0},
	"long long": {"long long", Int, 8}, "unsigned char": {"unsigned char", Uint, 1},
	"unsigned short": {"unsigned short", Uint, 2}, "unsigned": {"unsigned", Uint, 4},
	"unsigned long": {"unsigned long", Uint, 0}, "unsigned long long": {"unsigned long long", Uint, 8},
	"float": {"float", Float, 4}, "double": {"double", Float, 8},
	"int8_t": {"int8_t", Int, 1}, "int16_t": {"int16_t", Int, 2}, "int32_t": {"int32_t", Int, 4}, "int64_t": {"int64_t", Int, 8},
	"uint8_t": {"uint8_t", Uint, 1}, "uint16_t": {"uint16_t", Uint, 2}, "uint32_t": {"uint32_t", Uint, 4}, "uint64_t": {"uint64_t", Uint, 8},
	"size_t": {"size_t", Uint, 0}, "ssize_t": {"ssize_t", Int, 0}, "intptr_t": {"intptr_t", Int, 0}, "uintptr_t": {"uintptr_t", Uint, 0},
}

// cast reads a type in parentheses and what is to be of that type; ok is false if something else
// is there, and nothing has been read.
func (p *parser) cast() (n node, ok bool, err error) {
	start := p.rest
	c, ok := p.typeName()
	if !ok {
		p.rest = start
		return nil, false, nil
	}
	c.of, err = p.prefix()
	return c, true, err
}

// typeName reads a type in parentheses.
func (p *parser) typeName() (c cast, ok bool) {
	var words []string
	for p.next(); word(p.peek()) > 0; {
		words = append(words, p.next())
	}
	for ; p.peek() == "*"; c.stars++ {
		p.next()
	}
	c.to, ok = basics[plainest(words)]
	return c, ok && p.next() == ")" && (c.stars > 0 || c.to.kind != Void)
}

// plainest is the name of a basic type without what need not be said.
func plainest(words []string) string {
	plain := slices.DeleteFunc(slices.Clone(words), func(w string) bool {
		return w == "signed" || w == "const" || w == "volatile" || w == "int" && len(words) > 1
	})
	if len(plain) == 0 && len(words) > 0 {
		return "int"
	}
	if i := slices.Index(plain, "unsigned"); i > 0 {
		plain = slices.Insert(slices.Delete(plain, i, i+1), 0, "unsigned")
	}
	return strings.Join(plain, " ")
}

func (c cast) eval(f *Frame) Value {
	v := c.of.eval(f)
	t := c.target(f)
	if t.Kind == Float || v.isFloat() {
		x, err := v.number()
		if t.Kind != Float {
			return Value{err: err, frame: f, typ: t}.bytes(number(uint64(int64(x)), t.Size))
		}
		return Value{float: x, isReal: true, err: err}
	}
	n, err := v.integer()
	return Value{err: err, frame: f, typ: t}.bytes(number(uint64(n), t.Size))
}

// target is the type that the value becomes one of.
func (c cast) target(f *Frame) *Type {
	word := int64(f.Regs.ABI.Word)
	size := c.to.size
	if size == 0 && c.to.kind != Void {
		size = word
	}
	t := &Type{Kind: c.to.kind, Name: c.to.name, Size: size}
	for range min(c.stars, maxDepth) {
		t = &Type{Kind: Pointer, Size: word, to: t}
	}
	return t
}
