package decode

import (
	"sync"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// scsiCustom names the decoders of disks and SCSI devices.
func scsiCustom(name string) custom {
	switch name {
	case "sgIO":
		return sgIO
	case "sgData":
		return sgData
	case "wideBytes":
		return wideBytes
	case "scsiReset":
		return scsiReset
	case "driveAnswer":
		return driveAnswer
	}
	return nil
}

// The versions of a request of SG_IO.
var (
	sg3 = sync.OnceValue(syscalls.SG3)
	sg4 = sync.OnceValue(syscalls.SG4)
)

// sgIO decodes the request of SG_IO, whose first word tells its version.
func sgIO(x *context, w uint64) value.Value {
	at := abi.Addr(w)
	guard, ok := x.load(at, 4)
	if at == 0 || !ok || x.c.mode.Opaque {
		return x.a.Ptr(at, nil)
	}
	switch guard {
	case 'S':
		return x.sgRequest(at, sg3(), "interface_id", guard)
	case 'Q':
		return x.sgRequest(at, sg4(), "guard", guard)
	}
	return x.a.Ptr(at, x.one(x.a.Int(guard, 4, value.Unsigned)))
}

// sgRequest decodes a request of a version; nil at entry.
func (x *context) sgRequest(at abi.Addr, t *syscalls.Exchange, field string, guard uint64) value.Value {
	if !x.exit {
		x.remember(*t, at)
		return nil
	}
	if _, lost := x.keptValue().(*value.Lost); lost {
		f := append(x.a.Fields(2), value.Field{Name: field, Value: x.a.Int(guard, 4, value.Char)}, value.Field{Value: x.a.Lost(at + 4)})
		return x.a.Ptr(at, x.a.Struct(f, false))
	}
	return x.exchanged(t, at)
}

// sgData decodes the data of a request, which may be in pieces. A third argument tells how
// many bytes were not transferred.
func sgData(x *context, w uint64) value.Value {
	pieces, n := x.arg(0), x.arg(1)
	if missing := x.arg(2); missing <= n {
		n -= missing
	}
	if pieces != 0 {
		return x.pointed(w, func(at abi.Addr) value.Value { return x.buffers(at, pieces, n, true) })
	}
	return x.pointed(w, func(at abi.Addr) value.Value { return x.hexBuffer(at, n) })
}

// wideBytes decodes bytes whose address a structure keeps in 64 bits.
func wideBytes(x *context, w uint64) value.Value {
	n := x.arg(0)
	return x.pointed(w, func(at abi.Addr) value.Value { return x.hexBuffer(at, n) })
}

// scsiReset decodes which reset is wished for, and whether a stronger one may follow.
func scsiReset(x *context, w uint64) value.Value {
	const bit = 0x100
	wish, ok := x.load(abi.Addr(w), 4)
	switch {
	case !ok:
		return x.a.Lost(abi.Addr(w))
	case wish&bit == 0:
		return x.a.Flags(wish, 4, uapi.SCSIResets)
	}
	return x.a.Or(x.a.Flags(bit, 4, uapi.SCSIResetFlags), x.a.Flags(wish&^bit, 4, uapi.SCSIResets))
}

// driveAnswer decodes what a command of an IDE disk left: its registers and, behind them,
// the sectors read.
func driveAnswer(x *context, w uint64) value.Value {
	const head, sector = 4, 512
	at := abi.Addr(w)
	b := x.read(at, head)
	if b == nil {
		return x.a.Lost(at)
	}
	f := append(x.a.Fields(4),
		value.Field{Name: "status", Value: x.a.Int(uint64(b[0]), 1, value.Hex)},
		value.Field{Name: "error", Value: x.a.Int(uint64(b[1]), 1, value.Unsigned)},
		value.Field{Name: "nsector", Value: x.a.Int(uint64(b[2]), 1, value.Unsigned)})
	if n := uint64(b[3]); n > 0 {
		f = append(f, value.Field{Name: "buf", Value: x.hexBuffer(at+head, n*sector)})
	}
	return x.a.Struct(f, false)
}
