package variable

import (
	"bytes"
	"strings"

	"github.com/trapline/trapline/abi"
)

// str returns the text that a value is, if it is one: a pointer to characters or an array of
// them, Go's string, C++'s and Rust's.
func (v *Value) str(limit int) (s string, more, ok bool) {
	switch {
	case v.err != nil:
		return "", false, false
	case v.typ == nil:
		return v.text, false, v.isText
	case v.typ.Kind == Pointer && v.typ.Elem().Kind == Char:
		addr, err := v.integer()
		if err != nil || addr == 0 {
			return "", false, false
		}
		return v.terminated(v.typ.Elem(), abi.Addr(addr), limit)
	case v.typ.Kind == Array && v.typ.Elem().Kind == Char:
		return v.characters(v.typ.Elem(), limit)
	case v.typ.Kind == Pointer && v.typ.Elem().Name == "String":
		to := v.deref()
		return to.str(limit)
	case v.typ.Kind == Struct:
		if in, ok := v.wrapped(); ok {
			return in.str(limit)
		}
		return v.counted(limit)
	}
	return "", false, false
}

// mark is what stands before the quotes of text.
func (v *Value) mark() string {
	switch {
	case v.typ == nil:
		return ""
	case v.typ.Kind == Pointer || v.typ.Kind == Array:
		return v.typ.Elem().text
	}
	if t := v.typ.argument("_CharT"); t != nil {
		return t.text
	}
	return ""
}

// characters is the text in an array of characters. Where the array has no end, as the last
// member of a structure, a zero ends it. Bytes that are no text are none.
func (v *Value) characters(t *Type, limit int) (s string, more, ok bool) {
	if v.typ.Count == 0 {
		if !v.placed {
			return "", false, false
		}
		return v.terminated(t, v.addr, limit)
	}
	n := min(v.typ.Count, int64(limit)+1) * t.Size
	part := *v
	part.typ = &Type{Kind: Array, Count: n / t.Size, Size: n, to: t}
	raw, err := part.raw()
	if err != nil {
		return "", false, false
	}
	raw = raw[:min(int64(len(raw)), n)]
	end := t.end(raw)
	if t.Name == "unsigned char" && end == 0 && len(bytes.Trim(raw, "\x00")) > 0 {
		return "", false, false
	}
	return t.cut(raw[:end], limit)
}

// end is where the first zero of characters is, or the end of them all.
func (t *Type) end(b []byte) int {
	if t.Size == 1 {
		if i := bytes.IndexByte(b, 0); i >= 0 {
			return i
		}
		return len(b)
	}
	size := int(max(t.Size, 1))
	for i := 0; i+size <= len(b); i += size {
		if little(b[i:], size) == 0 {
			return i
		}
	}
	return len(b)
}

// cut is the text that characters are, of so many at most.
func (t *Type) cut(b []byte, limit int) (s string, more, ok bool) {
	if most := limit * int(t.Size); len(b) > most {
		return t.decode(b[:most]), true, true
	}
	return t.decode(b), false, true
}

// terminated reads text that ends in a zero.
func (v *Value) terminated(t *Type, addr abi.Addr, limit int) (s string, more, ok bool) {
	b := make([]byte, (limit+1)*int(t.Size))
	n := 0
	for n < len(b) { // a page at a time: the next may not be there
		chunk := min(len(b)-n, int(4096-uint64(addr+abi.Addr(n))%4096))
		got, err := v.frame.Memory.ReadMem(b[n:n+chunk], addr+abi.Addr(n))
		n += got
		if end := t.end(b[:n]); end < n {
			return t.cut(b[:end], limit)
		}
		if err != nil {
			break
		}
	}
	if n == 0 {
		return "", false, false
	}
	s, more, ok = t.cut(b[:n], limit)
	return s, more || n < len(b), ok
}

// counts are the members of strings that have a length: the pointer and the number of bytes, in
// Go, C++ and Rust.
var counts = [][2]string{{"str", "len"}, {"_M_p", "_M_string_length"}, {"data_ptr", "length"}, {"_M_str", "_M_len"}}

// counted reads a string that has a length.
func (v *Value) counted(limit int) (s string, more, ok bool) {
	if s, more, ok = v.ownString(limit); ok {
		return s, more, ok
	}
	if !strings.Contains(v.typ.Name, "str") {
		return "", false, false
	}
	whole := *v
	for _, names := range counts {
		from := whole
		if names[0] == "_M_p" {
			if from = whole.own("_M_dataplus"); from.err != nil {
				continue
			}
		}
		p, n := from.own(names[0]), whole.own(names[1])
		if p.err != nil || n.err != nil {
			continue
		}
		addr, err := p.integer()
		length, bad := n.integer()
		if err != nil || bad != nil || length < 0 {
			return "", false, false
		}
		return v.bytesAt(p.typ.Elem(), abi.Addr(addr), length, limit)
	}
	return "", false, false
}

// bytesAt reads text of so many characters.
func (v *Value) bytesAt(t *Type, addr abi.Addr, n int64, limit int) (s string, more, ok bool) {
	b := make([]byte, min(n, int64(limit))*max(t.Size, 1))
	if got, err := v.frame.Memory.ReadMem(b, addr); err != nil && got < len(b) {
		return "", false, false
	}
	return t.decode(b), n > int64(limit), true
}
