package strace

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// appendFlags appends a number with names in the style's way.
func (s *Style) appendFlags(dst []byte, f *value.Flags) []byte {
	bits := value.Truncate(f.Bits, f.Size)
	switch {
	case s.Constants == Raw && bits == 0 && kindOf(f.Set).unsaid:
		return dst
	case s.Constants == Raw:
		return appendBase(dst, bits, f)
	case (s.Constants == Verbose || kindOf(f.Set).numbered) && named(f.Set, bits):
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

// nameIn appends a name of the set.
func (s *Style) nameIn(dst []byte, set *uapi.Set, name string) []byte {
	if !s.Color || kindOf(set).colorless {
		return append(dst, name...)
	}
	return s.name(dst, name)
}

// appendUnknown appends a value outside its set. Zero of a set of flags just says
// that none is set.
func (s *Style) appendUnknown(dst []byte, v uint64, f *value.Flags) []byte {
	dst = appendBase(dst, v, f)
	if f.Set.Unknown == "" || s.inside || v == 0 && f.Set.Flags {
		return dst
	}
	dst = append(s.openNote(dst), f.Set.Unknown...)
	return s.closeNote(dst)
}

// appendBase appends the number in the base people use for the set.
func appendBase(dst []byte, v uint64, f *value.Flags) []byte {
	return appendNumber(dst, v, f.Size, kindOf(f.Set).form)
}

// kind is how the values of a set are written.
type kind struct {
	form value.Form
	// colorless names have no color of their own.
	colorless bool
	// whole is true when what shares a word with the set is one number with it in the
	// styles that show numbers.
	whole bool
	// summed is the same where there are numbers only.
	summed bool
	// unsaid is true for a set whose zero strace leaves out where it shows numbers only.
	unsaid bool
	// numbered is true for a set whose names stand behind their numbers in the shortest
	// style too.
	numbered bool
}

// kinds are the sets that are not like most, by name. Most are in hexadecimal.
var kinds = map[string]kind{
	"signals":                      {form: value.Signed, colorless: true},
	"members of signal sets":       {form: value.Signed, colorless: true},
	"limits":                       {form: value.Unsigned, colorless: true},
	"directory":                    {form: value.Signed},
	"aio commands":                 {form: value.Unsigned},
	"error numbers":                {form: value.Signed},
	"special keyrings":             {form: value.Signed},
	"system call numbers":          {form: value.Signed},
	"rseq cpu states":              {form: value.Signed},
	"page states":                  {form: value.Signed},
	"descriptors that stay":        {form: value.Signed},
	"default keyrings of requests": {form: value.Signed},
	"io_uring operation numbers":   {form: value.Unsigned},
	"io_uring workers":             {form: value.Unsigned},
	"shifts of pages":              {form: value.Unsigned},
	"tracers":                      {form: value.Signed},
	uapi.FanotifyDirs.Name:         {form: value.Signed},
	uapi.SocketCalls.Name:          {form: value.Signed},
	uapi.StatxSync.Name:            {form: value.Hex, unsaid: true},
	uapi.OpenModes.Name:            {form: value.Hex, whole: true},
	uapi.VideoControlWishes.Name:   {form: value.Hex, summed: true},
	uapi.VideoTimestamps.Name:      {form: value.Hex, summed: true},
	uapi.PidTypes.Name:             {form: value.Hex, numbered: true},
	uapi.XFeatures.Name:            {form: value.Hex, numbered: true},
	uapi.XFeatureMasks.Name:        {form: value.Hex, numbered: true},
	uapi.PrctlSVE.Name:             {form: value.Hex, whole: true},
	uapi.PrctlSME.Name:             {form: value.Hex, whole: true},
	uapi.PrctlTagged.Name:          {form: value.Hex, whole: true},
	uapi.PrctlVectors.Name:         {form: value.Hex, whole: true},
	uapi.FileTypes.Name:            {form: value.Hex, colorless: true, whole: true},
	uapi.ModeBits.Name:             {form: value.Hex, colorless: true, whole: true},
	uapi.MapTypes.Name:             {form: value.Hex, whole: true},
	uapi.MemfdFlags.Name:           {form: value.Hex, whole: true},
	uapi.FutexOperations.Name:      {form: value.Hex, whole: true},
	uapi.Futex2Sizes.Name:          {form: value.Hex, whole: true},
	uapi.MempolicyModes.Name:       {form: value.Hex, colorless: true, whole: true},
	uapi.IoctlCommands.Name:        {form: value.Hex, colorless: true},
	uapi.SchedPolicyFlags.Name:     {form: value.Hex, whole: true},
}

func kindOf(set *uapi.Set) kind {
	if k, ok := kinds[set.Name]; ok {
		return k
	}
	return kind{form: value.Hex}
}
