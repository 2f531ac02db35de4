package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/value"
)

// readdirCustom names the decoders of readdir.
func readdirCustom(name string) custom {
	switch name {
	case "oldDirent":
		return oldDirent
	case "oldCount":
		return oldCount
	}
	return nil
}

// oldDirent decodes struct old_linux_dirent, if there was an entry; its argument
// is the number of entries read. d_reclen is the length of the name.
func oldDirent(x *context, w uint64) value.Value {
	const name = 10 // where the name begins, behind two words of 4 bytes and one of 2
	at := abi.Addr(w)
	b := x.read(at, name)
	if b == nil || x.arg(0) == 0 || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	n := integer(b, 8, 2)
	text := x.read(at+name, int(n))
	if text == nil && n > 0 {
		return x.a.Lost(at)
	}
	s := x.a.Str(text, false)
	s.Path = true
	return x.a.Struct(append(x.a.Fields(4),
		value.Field{Name: "d_ino", Value: x.a.Int(integer(b, 0, 4), 4, value.Unsigned)},
		value.Field{Name: "d_off", Value: x.a.Int(integer(b, 4, 4), 4, value.Unsigned)},
		value.Field{Name: "d_reclen", Value: x.a.Int(n, 2, value.Unsigned)},
		value.Field{Name: "d_name", Value: s}), false)
}

// oldCount decodes the number of entries asked for, which the kernel takes for one.
func oldCount(x *context, w uint64) value.Value {
	if w == 1 {
		return nil
	}
	return x.a.Int(w, 4, value.Unsigned)
}
