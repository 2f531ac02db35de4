package strace

import "github.com/trapline/trapline/value"

// A shortener cuts values that were decoded with a longer limit, in place.
type shortener struct {
	limit int  // bytes of strings and elements of arrays
	full  bool // arrays are left whole
}

func (s shortener) fields(all []value.Field) {
	for i := range all {
		s.value(all[i].Value)
	}
}

func (s shortener) values(all []value.Value) {
	for _, v := range all {
		s.value(v)
	}
}

// value cuts what v holds. What makes up a number or a name stays whole.
func (s shortener) value(v value.Value) {
	switch v := v.(type) {
	case *value.Str:
		if !v.Path && len(v.Bytes) > s.limit {
			v.Bytes, v.More = v.Bytes[:s.limit], true
		}
	case *value.Ptr:
		s.value(v.To)
	case *value.Struct:
		s.fields(v.Fields)
	case *value.Array:
		if v.Style == value.List && !s.full && len(v.Elems) > s.limit {
			v.Elems, v.More = v.Elems[:s.limit], true
		}
		s.values(v.Elems)
	case *value.Change:
		s.value(v.Before)
		s.value(v.After)
	case *value.Note:
		s.value(v.Of)
	}
}
