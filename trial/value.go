package trial

import "github.com/trapline/trapline/value"

// plain makes a Go value of a decoded one, see Arg.
func plain(v value.Value) any {
	switch v := v.(type) {
	case *value.Int:
		if v.Form == value.Signed {
			return value.Extend(v.Bits, v.Size)
		}
		return int64(value.Truncate(v.Bits, v.Size))
	case *value.Flags:
		return int64(value.Truncate(v.Bits, v.Size))
	case *value.Or:
		return union(v.Parts)
	case *value.FD:
		return int64(v.Num)
	case *value.PID:
		return int64(v.Num)
	case *value.Str:
		return string(v.Bytes)
	case *value.Ptr:
		if v.To == nil {
			return int64(v.Addr)
		}
		return plain(v.To)
	case *value.Struct:
		return fieldsOf(v)
	case *value.Array:
		return list(v.Elems)
	case *value.Macro:
		return macro(v)
	case *value.Change:
		if v.After != nil {
			return plain(v.After)
		}
		return plain(v.Before)
	case *value.Note:
		return plain(v.Of)
	case *value.Item:
		return plain(v.Of)
	}
	return nil
}

// union is the number that several parts share.
func union(parts []value.Value) any {
	var bits int64
	for _, p := range parts {
		n, _ := plain(p).(int64)
		bits |= n
	}
	return bits
}

func fieldsOf(s *value.Struct) any {
	fields := make(map[string]any, len(s.Fields))
	for _, f := range s.Fields {
		fields[f.Name] = plain(f.Value)
	}
	return fields
}

func list(elems []value.Value) any {
	values := make([]any, len(elems))
	for i, e := range elems {
		values[i] = plain(e)
	}
	return values
}

// macro is the number behind a macro, or what it is made of: 443 for htons(443).
func macro(m *value.Macro) any {
	switch {
	case m.Number != nil:
		return plain(m.Number)
	case len(m.Args) == 1:
		return plain(m.Args[0])
	}
	return list(m.Args)
}
