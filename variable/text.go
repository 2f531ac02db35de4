package variable

import (
	"strconv"
	"strings"

	"github.com/trapline/trapline/abi"
)

// Limits say how much of a value is shown.
type Limits struct {
	Strings  int // bytes of a string
	Elements int // of an array
	Depth    int // structures in structures
}

// DefaultLimits are those of people who have no other wish.
var DefaultLimits = Limits{Strings: 64, Elements: 16, Depth: 2}

// Append appends the value as its language writes it.
func (v *Value) Append(b []byte, l Limits) []byte { return v.append(b, l, 0) }

// Text is the value as its language writes it.
func (v *Value) Text(l Limits) string { return string(v.Append(nil, l)) }

func (v *Value) append(b []byte, l Limits, depth int) []byte {
	switch {
	case v.err != nil:
		return append(append(append(b, '<'), v.err.Error()...), '>')
	case v.typ == nil && v.isText:
		return strconv.AppendQuote(b, v.text)
	case v.typ == nil && v.isReal:
		return strconv.AppendFloat(b, v.float, 'g', -1, 64)
	case v.typ == nil:
		return strconv.AppendInt(b, v.num, 10)
	}
	if s, more, ok := v.str(l.Strings); ok {
		b = strconv.AppendQuote(b, s)
		if more {
			b = append(b, "..."...)
		}
		return b
	}
	switch v.typ.Kind {
	case Struct:
		return v.appendStruct(b, l, depth)
	case Array:
		return v.appendElements(b, v.typ.Count, l, depth)
	}
	return v.appendScalar(b)
}

// appendScalar appends a number, a pointer or the like.
func (v *Value) appendScalar(b []byte) []byte {
	raw, err := v.raw()
	if err != nil {
		return append(append(append(b, '<'), err.Error()...), '>')
	}
	switch v.typ.Kind {
	case Bool:
		return strconv.AppendBool(b, little(raw, len(raw)) != 0)
	case Char:
		n := v.typ.number(raw)
		b = strconv.AppendInt(b, n, 10)
		if c := byte(n); c >= ' ' && c < 0x7f {
			b = append(append(append(b, " '"...), c), '\'')
		}
		return b
	case Int:
		return strconv.AppendInt(b, signed(raw), 10)
	case Uint:
		return strconv.AppendUint(b, little(raw, len(raw)), 10)
	case Enum:
		return v.typ.appendEnum(b, signed(raw))
	case Float:
		f, err := real(raw)
		if err != nil {
			return append(b, "<"+err.Error()+">"...)
		}
		return strconv.AppendFloat(b, f, 'g', -1, int(min(len(raw), 8)*8))
	case Void:
		return append(b, "void"...)
	}
	return append(b, abi.Addr(little(raw, len(raw))).String()...)
}

// appendEnum appends the name of a constant, or of those whose bits make up the number.
func (t *Type) appendEnum(b []byte, n int64) []byte {
	for _, c := range t.consts {
		if c.value == n {
			return append(b, c.name...)
		}
	}
	var names []string
	rest := n
	for _, c := range t.consts {
		if c.value > 0 && c.value&(c.value-1) == 0 && rest&c.value != 0 {
			names, rest = append(names, c.name), rest&^c.value
		}
	}
	if len(names) == 0 || rest != 0 {
		names = append(names, strconv.FormatInt(rest, 10))
	}
	return append(b, strings.Join(names, "|")...)
}

// appendStruct appends a structure: what Go and Rust have as slices by their elements.
func (v *Value) appendStruct(b []byte, l Limits, depth int) []byte {
	if array, n, ok := v.slice(); ok {
		elements := array.deref()
		return elements.appendElements(b, n, l, depth)
	}
	if depth >= l.Depth {
		return append(b, "{...}"...)
	}
	b = append(b, '{')
	shown := 0
	for i := range v.typ.members {
		m := &v.typ.members[i]
		if shown++; shown > 1 {
			b = append(b, ", "...)
		}
		if shown > 4*l.Elements {
			b = append(b, "..."...)
			break
		}
		if m.name != "" {
			b = append(append(b, m.name...), " = "...)
		}
		p := v.part(m)
		b = p.append(b, l, depth+1)
	}
	return append(b, '}')
}

// appendElements appends n elements from where the value begins.
func (v *Value) appendElements(b []byte, n int64, l Limits, depth int) []byte {
	if depth >= l.Depth+1 {
		return append(b, "{...}"...)
	}
	b = append(b, '{')
	for i := range min(n, int64(l.Elements)) {
		if i > 0 {
			b = append(b, ", "...)
		}
		e := v.at(i)
		b = e.append(b, l, depth+1)
		if e.err != nil {
			return append(b, '}')
		}
	}
	if n > int64(l.Elements) {
		b = append(b, ", ..."...)
	}
	return append(b, '}')
}

// at is the element of an array, or the one so far behind the first.
func (v *Value) at(i int64) Value {
	if v.err != nil {
		return *v
	}
	if v.typ.Kind == Array {
		return v.index(i)
	}
	return v.element(v.typ, i)
}

// str returns the text that a value is, if it is one: a pointer to characters or an array of
// them, Go's string, C++'s and Rust's.
func (v *Value) str(limit int) (s string, more, ok bool) {
	if v.err != nil {
		return "", false, false
	}
	if v.typ == nil {
		return v.text, false, v.isText
	}
	switch t := v.typ; t.Kind {
	case Pointer:
		if t.Elem().Kind != Char {
			return "", false, false
		}
		addr, err := v.integer()
		if err != nil || addr == 0 {
			return "", false, false
		}
		return v.frame.terminated(abi.Addr(addr), limit)
	case Array:
		if t.Count <= 0 || t.Elem().Kind != Char {
			return "", false, false
		}
		raw, err := v.raw()
		if err != nil {
			return "", false, false
		}
		text, _, _ := strings.Cut(string(raw), "\x00")
		return cut(text, limit)
	case Struct:
		return v.counted(limit)
	}
	return "", false, false
}

// cut cuts a string that is longer than the limit.
func cut(s string, limit int) (string, bool, bool) {
	if len(s) > limit {
		return s[:limit], true, true
	}
	return s, false, true
}

// terminated reads a string that ends in NUL.
func (f *Frame) terminated(addr abi.Addr, limit int) (s string, more, ok bool) {
	b := make([]byte, limit+1)
	n := 0
	for n < len(b) { // a page at a time: the next may not be there
		chunk := min(len(b)-n, int(4096-uint64(addr+abi.Addr(n))%4096))
		got, err := f.Memory.ReadMem(b[n:n+chunk], addr+abi.Addr(n))
		n += got
		if i := strings.IndexByte(string(b[:n]), 0); i >= 0 {
			return cut(string(b[:i]), limit)
		}
		if err != nil {
			break
		}
	}
	if n == 0 {
		return "", false, false
	}
	s, more, ok = cut(string(b[:n]), limit)
	return s, more || n < len(b), ok
}

// counts are the members of strings that have a length: the pointer and the number of bytes, in
// Go, C++ and Rust.
var counts = [][2]string{{"str", "len"}, {"_M_p", "_M_string_length"}, {"data_ptr", "length"}}

// counted reads a string that has a length.
func (v *Value) counted(limit int) (s string, more, ok bool) {
	if !strings.Contains(v.typ.Name, "str") {
		return "", false, false
	}
	whole := *v
	for _, names := range counts {
		from := whole
		if names[0] == "_M_p" {
			if from = whole.member("_M_dataplus", maxDepth); from.err != nil {
				continue
			}
		}
		p, n := from.member(names[0], maxDepth), whole.member(names[1], maxDepth)
		if p.err != nil || n.err != nil {
			continue
		}
		addr, err := p.integer()
		length, bad := n.integer()
		if err != nil || bad != nil || length < 0 {
			return "", false, false
		}
		b := make([]byte, min(length, int64(limit)))
		if _, err := v.frame.Memory.ReadMem(b, abi.Addr(addr)); err != nil && len(b) > 0 {
			return "", false, false
		}
		return string(b), length > int64(limit), true
	}
	return "", false, false
}
