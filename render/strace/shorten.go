package strace

import (
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/value"
)

// A shortener takes away, in place, what values that were decoded with other options
// tell beyond those of now.
type shortener struct {
	limit int  // bytes of strings and elements of arrays
	full  bool // arrays are left whole
	// opaque is true when of what pointers point to only strings are shown.
	opaque bool
	// recorded is the limit that the values were decoded with: what is longer was not
	// subject to it. Zero when that is not known.
	recorded int
	fds      decode.FDDetail
	pids     decode.PIDDetail
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
		if !v.Path && s.shorter() && len(v.Bytes) > s.limit {
			v.Bytes, v.More = v.Bytes[:s.limit], true
		}
	case *value.Ptr:
		s.pointer(v)
	case *value.Struct:
		s.fields(v.Fields)
	case *value.Array:
		s.array(v)
	case *value.FD:
		s.fd(v)
	case *value.PID:
		s.pid(v)
	case *value.Change:
		s.value(v.Before)
		if p, ok := v.Before.(*value.Ptr); ok && s.opaque && p.To == nil {
			v.After = nil
		}
		s.value(v.After)
	case *value.Note:
		s.value(v.Of)
	case *value.Item:
		s.value(v.Of)
	}
}

func (s shortener) pointer(p *value.Ptr) {
	if _, text := p.To.(*value.Str); s.opaque && !text {
		p.To = nil
	}
	s.value(p.To)
}

// shorter reports whether the limit is another one than that of the record.
func (s shortener) shorter() bool { return s.recorded == 0 || s.limit < s.recorded }

// array cuts an array of the program's. One that we have made stays whole: the value
// behind an address, or the parts of a message.
func (s shortener) array(v *value.Array) {
	if v.Style == value.List && !s.full && s.shorter() && len(v.Elems) > s.limit && (v.More || uniform(v.Elems)) {
		v.Elems, v.More = v.Elems[:s.limit], true
	}
	s.values(v.Elems)
}

// uniform reports whether all elements look as those of a C array do: strings,
// structures with the same fields, or several numbers.
func uniform(elems []value.Value) bool {
	if len(elems) == 0 {
		return false
	}
	first, known := shapeOf(elems[0])
	for _, e := range elems[1:] {
		if shape, ok := shapeOf(e); !ok || shape != first {
			return false
		}
	}
	return known && (first != "" || len(elems) > 1)
}

// shapeOf tells apart what elements are: a structure is known by its first field.
func shapeOf(v value.Value) (shape string, known bool) {
	switch v := v.(type) {
	case *value.Str:
		return "text", true
	case *value.Struct:
		if len(v.Fields) == 0 || v.Fields[0].Name == "" {
			return "", false
		}
		return v.Fields[0].Name, true
	case *value.Array:
		return "", false
	}
	return "", true
}

func (s shortener) fd(fd *value.FD) {
	var needs decode.FDDetail
	switch o := fd.Object.(type) {
	case *value.Device:
		needs = decode.FDDevice
	case *value.Socket:
		needs = decode.FDSocket
	case *value.PIDFD:
		needs = decode.FDPIDFD
		if s.pids&decode.PIDComm == 0 {
			o.Comm = ""
		}
	case *value.EventFD:
		needs = decode.FDEventFD
	case *value.SignalFD:
		needs = decode.FDSignalFD
	}
	if s.fds&needs == 0 {
		fd.Object = nil
	}
	if s.fds&(needs|decode.FDPath) == 0 {
		fd.Path, fd.Deleted = "", false
	}
}

func (s shortener) pid(p *value.PID) {
	if s.pids&decode.PIDComm == 0 {
		p.Comm = ""
	}
	if s.pids&decode.PIDNamespace == 0 {
		p.Ours = 0
	}
}
