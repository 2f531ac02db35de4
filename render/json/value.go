package json

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// forms are the names of the ways to write a number. Signed is left out.
var forms = [...]string{
	value.Signed:   "signed",
	value.Unsigned: "unsigned",
	value.Hex:      "hex",
	value.Octal:    "octal",
	value.OctalMin: "mode",
	value.Address:  "address",
	value.HexFull:  "hexfull",
	value.HexAlt:   "hexalt",
	value.Char:     "char",
	value.Kibi:     "kibi",
}

// styles are the members that hold the elements of an array.
var styles = [...]string{
	value.List:    "array",
	value.Members: "members",
	value.Absent:  "absent",
}

// AppendValue appends a decoded value: an object whose first member names the kind
// of the value, or null where there is none.
func AppendValue(dst []byte, v value.Value) []byte {
	if v == nil {
		return append(dst, "null"...)
	}
	dst = append(dst, '{')
	switch v := v.(type) {
	case *value.Int:
		dst = appendIntValue(dst, v)
	case *value.Flags:
		dst = appendFlags(dst, v)
	case *value.Or:
		dst = appendValues(dst, "or", v.Parts)
	case *value.FD:
		dst = appendFD(dst, v)
	case *value.PID:
		dst = appendPID(dst, v)
	case *value.Str:
		dst = appendStr(dst, v)
	case *value.Ptr:
		dst = appendHex(dst, "ptr", uint64(v.Addr))
		dst = appendOptional(dst, "to", v.To)
	case *value.Struct:
		dst = appendFields(dst, "struct", v.Fields)
		dst = appendTrue(dst, "more", v.More)
	case *value.Array:
		dst = appendValues(dst, styles[v.Style], v.Elems)
		dst = appendTrue(dst, "more", v.More)
		if v.Words != nil {
			dst = AppendValue(appendKey(dst, "words"), v.Words)
		}
	case *value.Macro:
		dst = appendText(dst, "macro", v.Name)
		dst = appendValues(dst, "args", v.Args)
		if v.Number != nil {
			dst = AppendValue(appendKey(dst, "number"), v.Number)
		}
	case *value.Change:
		dst = AppendValue(appendKey(dst, "before"), v.Before)
		dst = AppendValue(appendKey(dst, "after"), v.After)
		dst = appendTrue(dst, "apart", v.Apart)
	case *value.Note:
		dst = appendText(dst, "note", v.Text)
		dst = appendTrue(dst, "meaning", v.Meaning)
		dst = appendOptional(dst, "of", v.Of)
	case *value.Item:
		dst = AppendValue(appendKey(dst, "index"), v.Index)
		dst = AppendValue(appendKey(dst, "of"), v.Of)
	case *value.Lost:
		dst = appendHex(dst, "lost", uint64(v.Addr))
	}
	return append(dst, '}')
}

func appendOptional(dst []byte, key string, v value.Value) []byte {
	if v == nil {
		return dst
	}
	return AppendValue(appendKey(dst, key), v)
}

func appendValues(dst []byte, key string, all []value.Value) []byte {
	dst = append(appendKey(dst, key), '[')
	for i, v := range all {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendValue(dst, v)
	}
	return append(dst, ']')
}

func appendFields(dst []byte, key string, fields []value.Field) []byte {
	dst = append(appendKey(dst, key), '[')
	for i := range fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(append(dst, '{'), "name", fields[i].Name)
		dst = AppendValue(appendKey(dst, "value"), fields[i].Value)
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

func appendIntValue(dst []byte, n *value.Int) []byte {
	if n.Form == value.Signed {
		dst = appendInt(dst, "int", value.Extend(n.Bits, n.Size))
	} else {
		dst = appendUint(dst, "int", value.Truncate(n.Bits, n.Size))
	}
	dst = appendUint(dst, "size", uint64(n.Size))
	if n.Form != value.Signed {
		dst = appendText(dst, "form", forms[n.Form])
	}
	return dst
}

// appendFlags appends a number with names: "flags", a union of bits, or "enum", one
// of several.
func appendFlags(dst []byte, f *value.Flags) []byte {
	kind := "enum"
	if f.Set.Flags {
		kind = "flags"
	}
	bits := value.Truncate(f.Bits, f.Size)
	dst = appendUint(dst, kind, bits)
	dst = appendUint(dst, "size", uint64(f.Size))
	dst = appendText(dst, "set", f.Set.Name)
	if f.Set.Flags {
		return appendNames(dst, bits, f.Set)
	}
	if name, ok := f.Set.Find(bits); ok {
		return appendText(dst, "name", name)
	}
	return appendUnknown(dst, f.Set)
}

// appendNames appends the names of a union of bits, each with its bits.
func appendNames(dst []byte, bits uint64, set *uapi.Set) []byte {
	dst = append(appendKey(dst, "names"), '{')
	start := len(dst)
	rest := bits
	for i := range set.Consts {
		c := &set.Consts[i]
		if bits == 0 && c.Value == 0 || c.Value != 0 && rest&c.Value == c.Value {
			dst = appendUint(dst, c.Name, c.Value)
			rest &^= c.Value
			if bits == 0 {
				break
			}
		}
	}
	named := len(dst) > start
	dst = append(dst, '}')
	if named {
		return dst
	}
	return appendUnknown(dst, set)
}

// appendUnknown appends what people write behind a value that has no name.
func appendUnknown(dst []byte, set *uapi.Set) []byte {
	if set.Unknown == "" {
		return dst
	}
	return appendText(dst, "unknown", set.Unknown)
}

func appendStr(dst []byte, s *value.Str) []byte {
	dst = appendText(dst, "str", s.Bytes)
	dst = appendTrue(dst, "more", s.More)
	dst = appendTrue(dst, "path", s.Path)
	dst = appendTrue(dst, "abstract", s.Abstract)
	dst = appendTrue(dst, "nul", s.NUL)
	return appendTrue(dst, "binary", s.Binary)
}
