package decode

import (
	"math"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// header is a struct msghdr.
type header struct {
	name       abi.Addr
	nameLen    int32
	iov        abi.Addr
	iovLen     uint64
	control    abi.Addr
	controlLen uint64
	flags      uint64
}

// headerSize is the size of struct msghdr: six words and an int.
func (x *context) headerSize() int { return 7 * x.abi.Word }

// headerOf takes a struct msghdr apart.
func (x *context) headerOf(b []byte) header {
	word := x.abi.Word
	at := func(i int) uint64 { return integer(b, i*word, word) }
	return header{
		name: abi.Addr(at(0)), nameLen: int32(integer(b, word, 4)),
		iov: abi.Addr(at(2)), iovLen: at(3),
		control: abi.Addr(at(4)), controlLen: at(5),
		flags: integer(b, 6*word, 4),
	}
}

// msghdr decodes a message to be sent.
func msghdr(x *context, w uint64) value.Value {
	b := x.read(abi.Addr(w), x.headerSize())
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	h := x.headerOf(b)
	return x.message(&h, h.nameLen, math.MaxUint64)
}

// receivedMsghdr decodes a message that came in. Before that only the room for its
// sender's address says anything.
func receivedMsghdr(x *context, w uint64) value.Value {
	at := abi.Addr(w)
	if !x.exit {
		x.keep(x.load(at+abi.Addr(x.abi.Word), 4))
		return nil
	}
	room, ok := x.kept()
	b := x.read(at, x.headerSize())
	switch {
	case at == 0:
		return x.a.Ptr(at, nil)
	case !ok || b == nil || x.c.mode.Opaque:
		return x.a.Lost(at)
	case x.c.Result.Failed:
		return x.labeled("msg_namelen", x.a.Int(room, 4, value.Signed))
	}
	h := x.headerOf(b)
	return x.message(&h, int32(room), x.c.Result.Value)
}

// message decodes a struct msghdr whose buffers hold n bytes together and that
// had the given room for an address.
func (x *context) message(h *header, room int32, n uint64) *value.Struct {
	f := append(x.a.Fields(7),
		value.Field{Name: "msg_name", Value: x.a.Ptr(h.name, nil)},
		value.Field{Name: "msg_namelen", Value: x.nameLen(room, h.nameLen)},
		value.Field{Name: "msg_iov", Value: x.messageBuffers(h, n)},
		value.Field{Name: "msg_iovlen", Value: x.a.Int(h.iovLen, x.abi.Word, value.Unsigned)})
	if to := x.sockaddr(h.name, min(room, h.nameLen)); h.name != 0 && to != nil {
		f[0].Value = x.a.Ptr(h.name, to)
	}
	if h.controlLen != 0 {
		f = append(f, value.Field{Name: "msg_control", Value: x.controls(h.control, h.controlLen)})
	}
	f = append(f,
		value.Field{Name: "msg_controllen", Value: x.a.Int(h.controlLen, x.abi.Word, value.Unsigned)},
		value.Field{Name: "msg_flags", Value: x.a.Flags(h.flags, 4, uapi.MessageFlags)})
	return x.a.Struct(f, false)
}

func (x *context) nameLen(before, after int32) value.Value {
	v := x.a.Int(uint64(after), 4, value.Signed)
	if before == after {
		return v
	}
	c := x.a.Change(x.a.Int(uint64(before), 4, value.Signed), v)
	c.Apart = true // written without brackets: it is no pointer's target
	return c
}

// messageBuffers decodes the buffers of a message, which hold left bytes together;
// MaxUint64 means that all are full.
func (x *context) messageBuffers(h *header, left uint64) value.Value {
	if most := math.MaxUint64 / uint64(2*x.abi.Word); h.iov == 0 || h.iovLen > most {
		return x.a.Ptr(h.iov, nil)
	}
	word := x.abi.Word
	return x.each(h.iov, h.iovLen, 2*word, func(x *context, b []byte, _ abi.Addr) value.Value {
		base, size := integer(b, 0, word), integer(b, word, word)
		filled := min(size, left)
		if left != math.MaxUint64 {
			left -= filled
		}
		return x.messageBuffer(abi.Addr(base), size, filled)
	})
}

// messageBuffer is one buffer of size bytes, of which filled hold data.
func (x *context) messageBuffer(base abi.Addr, size, filled uint64) value.Value {
	to := value.Value(x.a.Ptr(base, nil))
	if base != 0 {
		to = x.a.Ptr(base, x.data(int32(x.arg(0)), base, filled))
	}
	return x.a.Struct(append(x.a.Fields(2),
		value.Field{Name: "iov_base", Value: to},
		value.Field{Name: "iov_len", Value: x.a.Int(size, x.abi.Word, value.Unsigned)}), false)
}

// mmsghdrSize is the size of struct mmsghdr: a msghdr and the length of its data.
func (x *context) mmsghdrSize() int { return 8 * x.abi.Word }

// mmsghdrs decodes messages that are sent together. How much of each went out is
// known at exit.
func mmsghdrs(x *context, w uint64) value.Value {
	if !x.exit {
		return nil
	}
	return x.mmsghdrs(abi.Addr(w), x.arg(1), nil)
}

// receivedMmsghdrs decodes messages that came in together.
func receivedMmsghdrs(x *context, w uint64) value.Value {
	at, size := abi.Addr(w), x.mmsghdrSize()
	if !x.exit {
		n := min(x.arg(1), uint64(x.limit()))
		x.keepValue(x.a.Str(x.readSome(at, int(n)*size), false))
		return nil
	}
	if x.c.Result.Failed {
		return x.a.Ptr(at, nil)
	}
	before, _ := x.keptValue().(*value.Str)
	if before == nil {
		return x.a.Lost(at)
	}
	return x.mmsghdrs(at, x.c.Result.Value, before.Bytes)
}

// mmsghdrs decodes n elements of struct mmsghdr. Before is how they were at entry,
// where that matters.
func (x *context) mmsghdrs(at abi.Addr, n uint64, before []byte) value.Value {
	if at == 0 {
		return x.a.Ptr(at, nil)
	}
	return x.each(at, n, x.mmsghdrSize(), func(x *context, b []byte, here abi.Addr) value.Value {
		h := x.headerOf(b)
		room := h.nameLen
		if i := int(here - at); i+len(b) <= len(before) {
			room = x.headerOf(before[i:]).nameLen
		}
		return x.mmsghdr(&h, room, integer(b, x.headerSize(), 4), uint64(here-at)/uint64(len(b)), before != nil)
	})
}

// mmsghdr decodes the i-th of several messages, of length n.
func (x *context) mmsghdr(h *header, room int32, n, i uint64, incoming bool) value.Value {
	done := !x.c.Result.Failed && i < x.c.Result.Value
	held := uint64(math.MaxUint64)
	if incoming {
		held = n
	}
	f := append(x.a.Fields(2), value.Field{Name: "msg_hdr", Value: x.message(h, room, held)})
	if done {
		f = append(f, value.Field{Name: "msg_len", Value: x.a.Int(n, 4, value.Unsigned)})
	}
	return x.a.Struct(f, false)
}
