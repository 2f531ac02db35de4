package strace

import "github.com/trapline/trapline/value"

// AppendValue appends a decoded value. Whatever the tracee put into it, only
// printable ASCII comes out, but for the style's colors.
func (s *Style) AppendValue(dst []byte, v value.Value) []byte {
	switch v := v.(type) {
	case *value.Int:
		return s.appendInt(dst, v)
	case *value.Flags:
		return s.appendFlags(dst, v)
	case *value.Or:
		return s.appendOr(dst, v)
	case *value.FD:
		return s.appendFD(dst, v)
	case *value.PID:
		return s.appendPID(dst, v)
	case *value.Str:
		return s.appendStr(dst, v)
	case *value.Ptr:
		return s.appendPtr(dst, v)
	case *value.Struct:
		return s.appendStruct(dst, v)
	case *value.Array:
		return s.appendArray(dst, v)
	case *value.Macro:
		return s.appendMacro(dst, v)
	case *value.Change:
		return s.appendChange(dst, v)
	case *value.Note:
		return s.appendNote(dst, v)
	case *value.Item:
		return s.appendItem(dst, v)
	case *value.Lost:
		return appendAddr(dst, uint64(v.Addr))
	}
	return dst
}

// appendInt appends a number. That it is a multiple of 1024 is an explanation, which
// styles other than Abbrev treat as a name.
func (s *Style) appendInt(dst []byte, n *value.Int) []byte {
	if s.Constants == Abbrev || n.Form != value.Kibi {
		return appendNumber(dst, n.Bits, n.Size, n.Form)
	}
	dst = appendNumber(dst, n.Bits, n.Size, value.Unsigned)
	if bits := value.Truncate(n.Bits, n.Size); s.Constants == Verbose && bits > 1024 && bits%1024 == 0 {
		dst = appendNumber(s.openNote(dst), bits, n.Size, value.Kibi)
		dst = s.closeNote(dst)
	}
	return dst
}

// appendPtr appends an address or what is there. A bare scalar stands in brackets,
// for it is not the argument itself.
func (s *Style) appendPtr(dst []byte, p *value.Ptr) []byte {
	switch to := p.To.(type) {
	case nil:
		return appendAddr(dst, uint64(p.Addr))
	case *value.Struct, *value.Array, *value.Str, *value.Lost, *value.Note:
		return s.AppendValue(dst, to)
	case *value.Change:
		if to.Apart {
			return s.AppendValue(dst, to)
		}
	}
	dst = s.mark(dst, "[")
	dst = s.AppendValue(dst, p.To)
	return s.mark(dst, "]")
}

func (s *Style) appendStruct(dst []byte, v *value.Struct) []byte {
	dst = s.mark(dst, "{")
	for i := range v.Fields {
		if i > 0 {
			dst = s.mark(dst, ", ")
		}
		dst = s.appendField(dst, &v.Fields[i])
	}
	if v.More {
		dst = s.appendMore(dst, len(v.Fields), ", ")
	}
	return s.mark(dst, "}")
}

// appendField appends a field. One that a call fills in is that call: its name is the
// last argument.
func (s *Style) appendField(dst []byte, f *value.Field) []byte {
	if m, ok := f.Value.(*value.Macro); ok && m.Name == "inet_pton" && s.Constants == Abbrev {
		return s.appendFilling(dst, f.Name, m)
	}
	if note, ok := f.Value.(*value.Note); ok && f.Name == "" {
		return s.appendForeword(dst, note)
	}
	if f.Name != "" {
		dst = s.appendFieldName(dst, f.Name)
	}
	return s.AppendValue(dst, f.Value)
}

// appendForeword appends a note in front of what it is about, where that has no name.
func (s *Style) appendForeword(dst []byte, n *value.Note) []byte {
	dst = append(s.paint(dst, inNote), "/* "...)
	dst = s.appendText(dst, n.Text)
	dst = append(s.closeNote(dst), ' ')
	return s.AppendValue(dst, n.Of)
}

func (s *Style) appendFieldName(dst []byte, name string) []byte {
	dst = append(s.paint(dst, inField), name...)
	return s.mark(dst, "=")
}

// appendMore says that something was left out behind n parts.
func (s *Style) appendMore(dst []byte, n int, separator string) []byte {
	if n > 0 {
		dst = s.mark(dst, separator)
	}
	return s.mark(dst, "...")
}

func (s *Style) appendArray(dst []byte, a *value.Array) []byte {
	open, separator := "[", ", "
	switch a.Style {
	case value.Members:
		separator = " "
	case value.Absent:
		open, separator = "~[", " "
	}
	if a.Words != nil && s.Constants != Abbrev {
		return s.appendMemory(dst, a)
	}
	if s.Color && signalSet(a) {
		return s.appendSignalSet(dst, a)
	}
	dst = s.mark(dst, open)
	for i, e := range a.Elems {
		if i > 0 {
			dst = s.mark(dst, separator)
		}
		if lost, ok := e.(*value.Lost); ok && i == len(a.Elems)-1 {
			dst = s.appendTorn(dst, lost)
			continue
		}
		dst = s.AppendValue(dst, e)
	}
	if a.More {
		dst = s.appendMore(dst, len(a.Elems), separator)
	}
	return s.mark(dst, "]")
}

// appendMemory appends the words whose bits are the members: behind those or, in the raw
// form, in their place.
func (s *Style) appendMemory(dst []byte, a *value.Array) []byte {
	if s.Constants == Raw {
		return s.appendArray(dst, a.Words)
	}
	members := *a
	members.Words = nil
	dst = s.appendArray(dst, &members)
	return s.closeNote(s.appendArray(s.openNote(dst), a.Words))
}

// appendTorn says where the elements of an array cease to be readable.
func (s *Style) appendTorn(dst []byte, lost *value.Lost) []byte {
	dst = s.openNote(s.mark(dst, "..."))
	return s.closeNote(appendAddr(dst, uint64(lost.Addr)))
}

// signalSet reports whether the array is a set of names, which has no color inside.
func signalSet(a *value.Array) bool {
	if a.Style == value.List || len(a.Elems) == 0 {
		return a.Style != value.List
	}
	_, names := a.Elems[0].(*value.Flags)
	return names
}

func (s *Style) appendSignalSet(dst []byte, a *value.Array) []byte {
	colorless := *s
	colorless.Color = false
	return colorless.appendArray(dst, a)
}

func (s *Style) appendChange(dst []byte, c *value.Change) []byte {
	dst = s.AppendValue(dst, c.Before)
	if c.After == nil {
		return dst
	}
	return s.AppendValue(s.mark(dst, " => "), c.After)
}

func (s *Style) appendNote(dst []byte, n *value.Note) []byte {
	dst = s.AppendValue(dst, n.Of)
	if n.Meaning && s.Constants == Raw {
		return dst
	}
	dst = s.openNote(dst)
	dst = s.appendText(dst, n.Text)
	return s.closeNote(dst)
}

func (s *Style) appendItem(dst []byte, i *value.Item) []byte {
	dst = s.AppendValue(s.mark(dst, "["), i.Index)
	return s.AppendValue(s.mark(dst, "]="), i.Of)
}

// appendText appends text that may hold the tracee's own, made harmless.
func (s *Style) appendText(dst []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= 0x7f {
			dst = append(dst, '\\', '0'+c>>6, '0'+c>>3&7, '0'+c&7)
		} else {
			dst = append(dst, c)
		}
	}
	return dst
}
