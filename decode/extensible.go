package decode

import (
	"strconv"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// largestStruct is how many bytes the kernel takes of a structure whose size the program gives: a page.
const largestStruct = 4096

// extensible decodes a structure at an address, which must not be smaller than what is known of it.
func (x *context) extensible(r *syscalls.Record, at abi.Addr, size uint64) value.Value {
	known := uint64(r.Size(x.abi))
	if x.c.mode.Opaque || size < known {
		return x.a.Lost(at)
	}
	v := x.recordAt(r, at)
	if s, ok := v.(*value.Struct); ok && size > known {
		s.Fields = x.rest(append(x.a.Fields(len(s.Fields)+1), s.Fields...), at, known, size)
	}
	return v
}

// rest adds to the fields of a structure at an address the bytes behind the known ones, up to the size
// that the program gave, unless all are zero. The field has no name, its note says which bytes it is.
func (x *context) rest(f []value.Field, at abi.Addr, known, size uint64) []value.Field {
	end := min(size, largestStruct)
	if end <= known {
		return f
	}
	b := x.read(at+abi.Addr(known), int(end-known))
	switch {
	case b == nil:
		return append(f, value.Field{Value: x.a.Macro("???")})
	case zeros(b):
		return f
	}
	shown := min(len(b), max(x.c.mode.Strings, 0))
	s := x.a.Str(b[:shown], shown < len(b))
	s.Binary = true
	return append(f, value.Field{Value: x.a.Note(s, x.rangeText(known, end-1))})
}

// rangeText writes "bytes 4..7".
func (x *context) rangeText(from, to uint64) string {
	b := strconv.AppendUint(append(x.a.Bytes(48), "bytes "...), from, 10)
	return text(strconv.AppendUint(append(b, ".."...), to, 10))
}

func zeros(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
