package strace

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// appendOr appends parts joined by "|". Parts that make one number, such as a file
// type and its permissions, are one number in the other styles too.
func (s *Style) appendOr(dst []byte, o *value.Or) []byte {
	if s.Constants == Abbrev || !whole(o) && !(s.Constants == Raw && summed(o)) {
		return s.appendColored(dst, o)
	}
	bits, octal := union(o)
	if octal {
		dst = appendOctal(dst, bits, 3)
	} else {
		dst = appendHex(dst, bits)
	}
	if s.Constants == Raw {
		return dst
	}
	names := *s
	names.Constants = Abbrev
	dst = s.openNote(dst)
	dst = names.appendParts(dst, o)
	return s.closeNote(dst)
}

// appendColored appends parts in color: permissions have none, and the flags of open
// have one together.
func (s *Style) appendColored(dst []byte, o *value.Or) []byte {
	bare := *s
	bare.Color = false
	switch {
	case !s.Color:
		return s.appendParts(dst, o)
	case isOpenFlags(o):
		dst = bare.appendParts(append(dst, inName...), o)
		return append(dst, inValue...)
	case whole(o):
		if _, octal := union(o); octal {
			return bare.appendParts(dst, o)
		}
	}
	return s.appendParts(dst, o)
}

// isOpenFlags reports whether v is the flags of open.
func isOpenFlags(v value.Value) bool {
	switch v := v.(type) {
	case *value.Flags:
		return v.Set.Name == uapi.OpenModes.Name
	case *value.Or:
		return len(v.Parts) > 0 && isOpenFlags(v.Parts[0])
	}
	return false
}

func (s *Style) appendParts(dst []byte, o *value.Or) []byte {
	said := 0
	for _, p := range o.Parts {
		if silent(p) {
			continue
		}
		if said++; said > 1 {
			dst = s.mark(dst, "|")
		}
		dst = s.AppendValue(dst, p)
	}
	if said == 0 && len(o.Parts) > 0 {
		dst = s.AppendValue(dst, o.Parts[0])
	}
	return dst
}

// silent reports whether a part is not written beside others: a zero that has no
// name of its own.
func silent(v value.Value) bool {
	f, ok := v.(*value.Flags)
	if !ok || value.Truncate(f.Bits, f.Size) != 0 {
		return false
	}
	if f.Set.Flags {
		return true
	}
	_, named := f.Set.Find(0)
	return !named
}

// whole reports whether the parts are thought of as one number.
func whole(o *value.Or) bool {
	for _, p := range o.Parts {
		if f, ok := p.(*value.Flags); ok && kindOf(f.Set).whole {
			return true
		}
	}
	return false
}

// summed reports whether the parts are one number where there are numbers only.
func summed(o *value.Or) bool {
	for _, p := range o.Parts {
		if f, ok := p.(*value.Flags); ok && kindOf(f.Set).summed {
			return true
		}
	}
	return false
}

// union returns the number the parts make, and whether people write it in octal.
func union(o *value.Or) (bits uint64, octal bool) {
	for _, p := range o.Parts {
		switch p := p.(type) {
		case *value.Int:
			bits |= value.Truncate(p.Bits, p.Size)
			octal = octal || p.Form == value.Octal || p.Form == value.OctalMin
		case *value.Flags:
			bits |= value.Truncate(p.Bits, p.Size)
		case *value.Macro:
			if n, ok := p.Number.(*value.Int); ok {
				bits |= n.Bits
			}
		}
	}
	return bits, octal
}
