package variable

import (
	"strconv"

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

// maxText is how long a text is to which parts of values are still added.
const maxText = 1 << 16

func (v *Value) append(b []byte, l Limits, depth int) []byte {
	switch {
	case len(b) > maxText:
		return append(b, "..."...)
	case v.err != nil:
		return appendError(b, v.err)
	case v.typ == nil && v.isText:
		return strconv.AppendQuote(b, v.text)
	case v.typ == nil && v.isReal:
		return appendFloat(b, v.float, 64)
	case v.typ == nil && v.unsigned > 0:
		return strconv.AppendUint(b, uint64(v.num), 10)
	case v.typ == nil:
		return strconv.AppendInt(b, v.num, 10)
	}
	if in, ok := v.wrapped(); ok {
		return in.append(b, l, depth)
	}
	if s, more, ok := v.str(l.Strings); ok {
		b = strconv.AppendQuote(append(b, v.mark()...), s)
		if more {
			b = append(b, "..."...)
		}
		return b
	}
	switch v.typ.Kind {
	case Struct:
		return v.appendStruct(b, l, depth)
	case Pointer:
		if c, ok := v.contained(); ok {
			return v.appendContainer(b, c, l, depth)
		}
	case Array:
		return v.appendElements(b, v.typ.Count, l, depth)
	}
	return v.appendScalar(b)
}

// appendError appends why there is no value.
func appendError(b []byte, err error) []byte {
	return append(append(append(b, '<'), err.Error()...), '>')
}

// appendScalar appends a number, a pointer or the like.
func (v *Value) appendScalar(b []byte) []byte {
	raw, err := v.raw()
	if err != nil {
		return appendError(b, err)
	}
	switch v.typ.Kind {
	case Bool:
		if n := little(raw, len(raw)); n > 1 {
			return strconv.AppendUint(b, n, 10)
		}
		return strconv.AppendBool(b, little(raw, len(raw)) != 0)
	case Char:
		return v.typ.appendCharacter(b, v.typ.number(raw))
	case Int, Uint:
		if len(raw) == 0 {
			return append(b, v.typ.Name...) // Rust's ()
		}
		return appendInteger(b, raw, v.typ.Kind == Int)
	case Enum:
		return v.typ.appendEnum(b, v.typ.number(raw))
	case Float:
		return v.typ.appendReal(b, raw)
	case Complex:
		half := len(raw) / 2
		b = append(v.typ.appendReal(b, raw[:half]), " + "...)
		return append(v.typ.appendReal(b, raw[half:]), 'i')
	case Void:
		return append(b, "void"...)
	case Unknown:
		return append(b, "<a type that is not known>"...)
	}
	return v.appendAddress(b, abi.Addr(little(raw, len(raw))))
}

// appendAddress appends where a pointer points to; of one to a function also its name.
func (v *Value) appendAddress(b []byte, addr abi.Addr) []byte {
	b = append(b, addr.String()...)
	if v.frame == nil || v.frame.Symbol == nil || v.typ.Kind != Function && (v.typ.Kind != Pointer || v.typ.Elem().Kind != Function) {
		return b
	}
	if name := v.frame.Symbol(addr); name != "" {
		b = append(append(append(b, " <"...), name...), '>')
	}
	return b
}

// appendStruct appends a structure: what languages and their libraries have as slices,
// interfaces, variants and containers as that, others by their members.
func (v *Value) appendStruct(b []byte, l Limits, depth int) []byte {
	if text, ok := v.appendInterface(b, l, depth); ok {
		return text
	}
	if in, name, ok := v.variantOf(); ok && in.err != nil {
		return appendError(b, in.err)
	} else if ok {
		return in.appendVariant(b, name, l, depth)
	}
	if array, n, ok := v.slice(); ok {
		elements := array.deref()
		return elements.appendElements(b, n, l, depth)
	}
	if c, ok := v.contained(); ok {
		return v.appendContainer(b, c, l, depth)
	}
	switch {
	case depth >= min(l.Depth, maxDepth):
		return append(b, "{...}"...)
	case v.typ.opaque:
		return append(b, "<incomplete type>"...)
	case v.placed && v.data == nil && v.typ.size() <= maxValue:
		raw, err := v.raw()
		if err != nil {
			return appendError(b, err)
		}
		whole := *v
		whole.data, v = raw, &whole
	}
	return v.appendMembers(b, l, depth)
}

// appendMembers appends a structure in braces or, if it is a tuple, in parentheses.
func (v *Value) appendMembers(b []byte, l Limits, depth int) []byte {
	if v.typ.tupled() {
		return append(v.appendEach(append(b, '('), l, depth), ')')
	}
	return append(v.appendEach(append(b, '{'), l, depth), '}')
}

// appendEach appends the members one after the other.
func (v *Value) appendEach(b []byte, l Limits, depth int) []byte {
	shown := 0
	for i := range v.typ.members {
		m := &v.typ.members[i]
		if m.base && v.typ.info.typeAt(m.typ).empty(0) {
			continue
		}
		if shown++; shown > 1 {
			b = append(b, ", "...)
		}
		if shown > 4*l.Elements {
			b = append(b, "..."...)
			break
		}
		switch {
		case m.base:
			b = append(append(append(b, '<'), v.typ.info.typeAt(m.typ).Name...), "> = "...)
		case m.name != "" && !v.typ.tupled():
			b = append(append(b, m.name...), " = "...)
		}
		p := v.part(m)
		inner := l
		if m.name == "" {
			inner.Depth++ // its members are this one's
		}
		b = p.append(b, inner, depth+1)
	}
	return b
}

// empty reports whether nothing is in values of a structure.
func (t *Type) empty(depth int) bool {
	if t.Kind != Struct || t.opaque || depth == maxDepth {
		return false
	}
	if t.variants != nil {
		return false
	}
	for _, m := range t.members {
		if !t.info.typeAt(m.typ).empty(depth + 1) {
			return false
		}
	}
	return true
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
