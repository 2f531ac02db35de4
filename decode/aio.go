package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// aioCustom names the decoders of asynchronous input and output.
func aioCustom(name string) custom {
	switch name {
	case "iocb":
		return iocb
	case "iocbs":
		return iocbs
	}
	return nil
}

// iocbSize is the size of struct iocb, which all ABIs share.
const iocbSize = 64

// iocbs decodes an array of pointers to requests.
func iocbs(x *context, w uint64) value.Value {
	n := int64(signed(x.arg(0), x.abi.Word))
	at, word := abi.Addr(w), x.abi.Word
	switch {
	case n == 0:
		return x.a.Array(nil, false, value.List)
	case n < 0, x.c.mode.Opaque:
		return x.a.Lost(at)
	}
	limit := min(uint64(n), uint64(x.limit()))
	b := x.readSome(at, int(max(limit, 1))*word) // one that is not shown must be there too
	whole := len(b) / word
	if whole == 0 {
		return x.a.Lost(at)
	}
	whole = min(whole, int(limit))
	x.elems -= whole
	elems := x.a.Values(whole + 1)
	for i := range whole {
		elems = append(elems, x.pointed(integer(b, i*word, word), x.submitted))
	}
	if uint64(whole) < limit {
		elems = append(elems, x.cut(at+abi.Addr(whole*word)))
	}
	return x.a.Array(elems, uint64(n) > limit && uint64(whole) == limit, value.List)
}

// iocb decodes the request that is cancelled, without what it was to do.
func iocb(x *context, w uint64) value.Value {
	b := x.read(abi.Addr(w), iocbSize)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	return x.a.Struct(x.iocb(b), false)
}

// The commands of aio that have a buffer.
const (
	aioRead   = 0
	aioWrite  = 1
	aioPoll   = 5
	aioReadV  = 7
	aioWriteV = 8
)

// The bits of aio_flags.
const (
	aioSignals    = 1 // an event descriptor is told
	aioPrioritied = 2 // aio_reqprio is an I/O priority
)

// submitted decodes a whole request.
func (x *context) submitted(at abi.Addr) value.Value {
	b := x.read(at, iocbSize)
	if b == nil {
		return x.a.Lost(at)
	}
	f, more := x.iocbBuffer(x.iocb(b), integer(b, 16, 2), b)
	if more {
		f = x.iocbFlags(f, integer(b, 56, 4), b)
	}
	return x.a.Struct(f, false)
}

// iocb lists what every request has.
func (x *context) iocb(b []byte) []value.Field {
	command, prio, flags := integer(b, 16, 2), integer(b, 18, 2), integer(b, 56, 4)
	f := append(x.a.Fields(12), value.Field{Name: "aio_data", Value: x.a.Int(integer(b, 0, 8), 8, value.Hex)})
	f = x.iocbHead(f, b)
	f = append(f, value.Field{Name: "aio_lio_opcode", Value: x.a.Flags(command, 2, uapi.AIOCommands)})
	switch {
	case flags&aioPrioritied != 0:
		f = append(f, value.Field{Name: "aio_reqprio", Value: x.iocbPriority(prio)})
	case prio != 0:
		f = append(f, value.Field{Name: "aio_reqprio", Value: x.a.Int(prio, 2, value.Signed)})
	}
	return append(f, value.Field{Name: "aio_fildes", Value: x.descriptor(int32(integer(b, 20, 4)))})
}

// iocbHead adds what most requests leave zero.
func (x *context) iocbHead(f []value.Field, b []byte) []value.Field {
	if key := integer(b, 8, 4); key != 0 {
		f = append(f, value.Field{Name: "aio_key", Value: x.a.Int(key, 4, value.Unsigned)})
	}
	if flags := integer(b, 12, 4); flags != 0 {
		f = append(f, value.Field{Name: "aio_rw_flags", Value: x.a.Flags(flags, 4, uapi.ReadWriteFlags)})
	}
	return f
}

// iocbPriority decodes the I/O priority of a request, which is a hexadecimal number otherwise.
func (x *context) iocbPriority(prio uint64) value.Value {
	v := ioprio(x, prio)
	if m, ok := v.(*value.Macro); ok {
		m.Number = x.a.Int(prio, 2, value.Hex)
	}
	return v
}

// iocbBuffer adds what the command reads or writes; false when it has nothing.
func (x *context) iocbBuffer(f []value.Field, command uint64, b []byte) ([]value.Field, bool) {
	buf, n := integer(b, 24, 8), integer(b, 32, 8)
	bytes := value.Field{Name: "aio_nbytes", Value: x.a.Int(n, 8, value.Unsigned)}
	offset := value.Field{Name: "aio_offset", Value: x.a.Int(integer(b, 40, 8), 8, value.Signed)}
	switch command {
	case aioRead:
		return append(f, value.Field{Name: "aio_buf", Value: x.a.Int(buf, 8, value.Hex)}, bytes, offset), true
	case aioWrite:
		return append(f, value.Field{Name: "aio_buf", Value: x.pointed(buf, func(at abi.Addr) value.Value { return x.buffer(at, n) })}, bytes, offset), true
	case aioReadV:
		return append(f, value.Field{Name: "aio_buf", Value: x.pointed(buf, func(at abi.Addr) value.Value { return x.iovecs(at, n, false) })}, offset), true
	case aioWriteV:
		return append(f, value.Field{Name: "aio_buf", Value: x.pointed(buf, func(at abi.Addr) value.Value { return x.iovecs(at, n, true) })}, offset), true
	case aioPoll:
		return append(f, value.Field{Name: "aio_buf", Value: x.a.Flags(buf, 8, uapi.PollEvents)}), true
	}
	return f, false
}

func (x *context) iocbFlags(f []value.Field, flags uint64, b []byte) []value.Field {
	if flags != 0 {
		f = append(f, value.Field{Name: "aio_flags", Value: x.a.Flags(flags, 4, uapi.AIOFlags)})
	}
	switch fd := integer(b, 60, 4); {
	case flags&aioSignals != 0:
		f = append(f, value.Field{Name: "aio_resfd", Value: x.descriptor(int32(fd))})
	case fd != 0:
		f = append(f, value.Field{Name: "aio_resfd", Value: x.a.Int(fd, 4, value.Hex)})
	}
	return f
}
