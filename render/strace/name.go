package strace

import (
	"strconv"

	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// appendFlags appends a number with names in the style's way.
func (s *Style) appendFlags(dst []byte, f *value.Flags) []byte {
	bits := truncate(f.Bits, f.Size)
	switch {
	case s.Constants == Raw:
		return appendBase(dst, bits, f)
	case s.Constants == Verbose && named(f.Set, bits):
		dst = appendBase(dst, bits, f)
		dst = s.openNote(dst)
		dst = s.appendNames(dst, bits, f)
		return s.closeNote(dst)
	}
	return s.appendNames(dst, bits, f)
}

// named reports whether any part of v has a name.
func named(set *uapi.Set, v uint64) bool {
	for i := range set.Consts {
		if c := set.Consts[i].Value; c == v || set.Flags && c != 0 && v&c == c {
			return true
		}
	}
	return false
}

// appendNames appends the names of v, and the bits that have none.
func (s *Style) appendNames(dst []byte, v uint64, f *value.Flags) []byte {
	if !f.Set.Flags || v == 0 {
		if name, ok := f.Set.Find(v); ok {
			return s.nameIn(dst, f.Set, name)
		}
		return s.appendUnknown(dst, v, f)
	}
	rest := v
	for i := range f.Set.Consts {
		c := &f.Set.Consts[i]
		if c.Value == 0 || rest&c.Value != c.Value {
			continue
		}
		if rest != v {
			dst = s.mark(dst, "|")
		}
		dst = s.nameIn(dst, f.Set, c.Name)
		rest &^= c.Value
	}
	switch rest {
	case 0:
		return dst
	case v:
		return s.appendUnknown(dst, v, f)
	}
	return appendHex(s.mark(dst, "|"), rest)
}

// nameIn appends a name of the set. Signals have no color of their own.
func (s *Style) nameIn(dst []byte, set *uapi.Set, name string) []byte {
	if isSignals(set) {
		return append(dst, name...)
	}
	return s.name(dst, name)
}

// appendUnknown appends a value outside its set. Zero of a set of flags just says
// that none is set.
func (s *Style) appendUnknown(dst []byte, v uint64, f *value.Flags) []byte {
	dst = appendBase(dst, v, f)
	if f.Set.Unknown == "" || v == 0 && f.Set.Flags {
		return dst
	}
	dst = append(s.openNote(dst), f.Set.Unknown...)
	return s.closeNote(dst)
}

// appendBase appends the number in the base people use for the set.
func appendBase(dst []byte, v uint64, f *value.Flags) []byte {
	if decimal(f.Set) {
		return strconv.AppendInt(dst, extend(v, f.Size), 10)
	}
	return appendHex(dst, v)
}

func isSignals(set *uapi.Set) bool {
	return set.Name == "signals" || set.Name == "members of signal sets"
}

// decimal reports whether values of the set are written in decimal: those that
// people count.
func decimal(set *uapi.Set) bool {
	switch set.Name {
	case "directory", "error numbers", "system call numbers":
		return true
	}
	return isSignals(set)
}
