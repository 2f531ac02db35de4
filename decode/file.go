package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
	"math"
)

// atCWD is AT_FDCWD, the descriptor that stands for the current directory.
const atCWD = -100

var currentDir = &uapi.Set{Name: "directory", Consts: []uapi.Const{{Name: "AT_FDCWD", Value: 0xffffff9c}}}

// fileCustom names the decoders of files and descriptors.
func fileCustom(name string) custom {
	switch name {
	case "openFlags":
		return openFlags
	case "openHow":
		return openHow
	case "fileMode":
		return fileMode
	case "nodeDevice":
		return nodeDevice
	case "highFirst":
		return highFirst
	case "plainWord":
		return plainWord
	case "statxFlags":
		return statxFlags
	case "stat":
		return stat
	case "stat64":
		return stat64
	case "oldStat":
		return oldStat
	case "statxTime":
		return statxTime
	case "filledIovecs":
		return filledIovecs
	case "dirents":
		return dirents
	case "dirents64":
		return dirents64
	case "fcntlAfter":
		return fcntlAfter
	}
	return nil
}

// accMode is O_ACCMODE, the bits of open's flags that are one of several modes.
const accMode = 3

// openFlags decodes the flags of open: an access mode and bits.
func openFlags(x *context, w uint64) value.Value {
	return x.openWord(w, 4, uapi.OpenFlags)
}

func (x *context) openWord(w uint64, size int, set *uapi.Set) value.Value {
	mode := x.a.Flags(w&accMode, size, uapi.OpenModes)
	if w &^= accMode; w == 0 {
		return mode
	}
	return x.a.Or(mode, x.more(w, size, set.For(x.abi)))
}

// more is the bits of a set that stand behind another part of the same word.
func (x *context) more(w uint64, size int, set *uapi.Set) value.Value {
	for i := range set.Consts {
		if v := set.Consts[i].Value; v != 0 && w&v == v {
			return x.a.Flags(w, size, set)
		}
	}
	return x.a.Int(w, size, value.Hex)
}

const creates = 0x400040 // O_CREAT|__O_TMPFILE

// openHow decodes struct open_how, whose size the caller gives.
func openHow(x *context, w uint64) value.Value {
	const known = 24
	size := x.arg(0)
	b := x.read(abi.Addr(w), known)
	if b == nil || size < known || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	how, mode := integer(b, 0, 8), integer(b, 8, 8)
	f := x.a.Fields(4)
	f = append(f, value.Field{Name: "flags", Value: x.openWord(how, 8, uapi.OpenHowFlags)})
	if mode != 0 || how&creates != 0 {
		f = append(f, value.Field{Name: "mode", Value: x.a.Int(mode, 8, value.OctalMin)})
	}
	f = append(f, value.Field{Name: "resolve", Value: x.a.Flags(integer(b, 16, 8), 8, uapi.ResolveFlags)})
	return x.a.Struct(x.rest(f, abi.Addr(w), known, size), false)
}

const (
	fileTypeBits = 0o170000
	modeBits     = 0o7000
	permissions  = 0o777
)

// fileMode decodes the type and the permissions of a file.
func fileMode(x *context, w uint64) value.Value {
	if _, ok := uapi.FileTypes.Find(w & fileTypeBits); !ok {
		return x.a.Int(w, 2, value.OctalMin)
	}
	parts := x.a.Values(3)
	parts = append(parts, x.a.Flags(w&fileTypeBits, 2, uapi.FileTypes))
	if w&modeBits != 0 {
		parts = append(parts, x.a.Flags(w&modeBits, 2, uapi.ModeBits))
	}
	parts = append(parts, x.a.Int(w&permissions, 2, value.OctalMin))
	return x.a.Or(parts...)
}

// device reports whether a file of that mode is a device.
func device(mode uint64) bool {
	kind := mode & fileTypeBits
	return kind == 0o020000 || kind == 0o060000
}

// nodeDevice decodes the device that mknod makes, if it makes one.
func nodeDevice(x *context, w uint64) value.Value {
	if !device(x.arg(0)) {
		return nil
	}
	return x.dev(w)
}

// dev decodes the number of a device as the kernel's 64-bit form has it, of which
// the 32-bit form is the lower half.
func (x *context) dev(w uint64) value.Value {
	major := w>>8&0xfff | w>>32&^0xfff
	minor := w&0xff | w>>12&0xffffff00
	return x.a.Macro("makedev", x.a.Int(major, 4, value.Hex), x.a.Int(minor, 4, value.Hex))
}

// highFirst decodes a 64-bit number that two registers carry, high half first.
func highFirst(x *context, w uint64) value.Value {
	return x.a.Int(w<<32|w>>32, 8, value.Signed)
}

// plainWord is a word that strace takes for one of 64 bits, on every ABI.
func plainWord(x *context, w uint64) value.Value { return x.a.Int(w, 8, value.Signed) }

// statxBoth names the two ways of synchronization where a program asks for both.
var statxBoth = &uapi.Set{Name: uapi.StatxSync.Name, Flags: true, Consts: uapi.StatxSync.Consts[1:]}

// statxFlags decodes at flags with the synchronization that statx has beside them.
func statxFlags(x *context, w uint64) value.Value {
	const force, dont = 0x2000, 0x4000
	parts := x.a.Values(3)
	if sync := w & (force | dont); sync == force|dont {
		parts = append(parts, x.a.Flags(sync, 4, statxBoth))
	} else {
		parts = append(parts, x.a.Flags(sync, 4, uapi.StatxSync))
	}
	if w &^= force | dont; w != 0 {
		parts = append(parts, x.more(w, 4, uapi.AtFlags))
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return x.a.Or(parts...)
}

// filledIovecs decodes buffers that the call has filled one after the other.
func filledIovecs(x *context, w uint64) value.Value {
	n := x.arg(0)
	switch {
	case !x.exit:
		return nil
	case x.c.mode.Opaque && n != 0:
		return x.a.Lost(abi.Addr(w))
	}
	return x.buffers(abi.Addr(w), n, x.c.Result.Value, !x.c.Result.Failed)
}

// iovecs decodes n buffers, with their contents when those are the program's.
func (x *context) iovecs(at abi.Addr, n uint64, full bool) value.Value {
	return x.buffers(at, n, unlimited, full)
}

// unlimited says that as many bytes were moved as the buffers hold.
const unlimited = 1<<64 - 1

// buffers decodes n elements of struct iovec. When full, their buffers hold left
// bytes together.
func (x *context) buffers(at abi.Addr, n, left uint64, full bool) value.Value {
	word := x.abi.Word
	if n == 0 {
		return x.a.Array(nil, false, value.List)
	}
	if n > (math.MaxUint64-uint64(at))/uint64(2*word) {
		return x.a.Lost(at)
	}
	limit := min(n, uint64(x.limit()))
	b := x.readSome(at, int(limit)*2*word)
	whole := len(b) / (2 * word)
	if whole == 0 && limit > 0 {
		return x.a.Lost(at)
	}
	elems := x.a.Values(whole + 1)
	for i := range whole {
		base, size := integer(b, 2*i*word, word), integer(b, (2*i+1)*word, word)
		filled := min(size, left)
		if left != unlimited {
			left -= filled
		}
		elems = append(elems, x.iovec(abi.Addr(base), size, filled, full))
	}
	if uint64(whole) < limit {
		elems = append(elems, x.cut(at+abi.Addr(whole*2*word)))
	}
	return x.a.Array(elems, n > limit && uint64(whole) == limit, value.List)
}

// iovec makes one buffer of size bytes, of which filled are shown.
func (x *context) iovec(base abi.Addr, size, filled uint64, full bool) value.Value {
	to := value.Value(x.a.Ptr(base, nil))
	if full {
		to = x.pointed(uint64(base), func(at abi.Addr) value.Value { return x.buffer(at, filled) })
	}
	f := append(x.a.Fields(2),
		value.Field{Name: "iov_base", Value: to},
		value.Field{Name: "iov_len", Value: x.a.Int(size, x.abi.Word, value.Unsigned)})
	return x.a.Struct(f, false)
}

// fcntlAfter shows by name what fcntl's result says.
func fcntlAfter(x *context, w uint64) value.Value {
	const getFD, getFL, getSig, getLease, getSeals = 1, 3, 11, 1025, 1034
	switch cmd := x.arg(0); {
	case cmd == getFL:
		return x.labeled("flags", openFlags(x, w&0xffffffff))
	case cmd == getLease:
		return x.spelled(w&0xffffffff, uapi.LockTypes)
	case w == 0:
		return nil
	case cmd == getFD:
		return x.labeled("flags", x.a.Flags(w&0xffffffff, 4, uapi.DescriptorFlags))
	case cmd == getSig:
		return x.spelled(w&0xffffffff, uapi.Signals.For(x.abi))
	case cmd == getSeals:
		return x.labeled("seals", x.a.Flags(w&0xffffffff, 4, uapi.Seals))
	}
	return nil
}

// labeled is v with a word in front of it, for what stands behind a result.
func (x *context) labeled(name string, v value.Value) value.Value {
	return x.a.Struct(append(x.a.Fields(1), value.Field{Name: name, Value: v}), false)
}
