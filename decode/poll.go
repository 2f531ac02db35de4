package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// pollCustom names the decoders of what waits for descriptors.
func pollCustom(name string) custom {
	switch name {
	case "pollfds":
		return pollfds
	case "polledForMs":
		return polledForMs
	case "polled":
		return polled
	case "polled64":
		return polled64
	case "fdset":
		return fdset
	case "selected":
		return selected
	case "pselected":
		return pselected
	case "pselected64":
		return pselected64
	case "wholeSigset":
		return wholeSigset
	case "epollTimeout":
		return epollTimeout
	case "epollEvent":
		return epollEvent
	case "epollEvents":
		return epollEvents
	}
	return nil
}

// pollfdSize is the size of struct pollfd: an int, what is asked and what was found.
const pollfdSize = 8

// pollfds decodes what poll is to wait for.
func pollfds(x *context, w uint64) value.Value {
	return x.each(abi.Addr(w), x.arg(0), pollfdSize, asked)
}

// asked decodes a struct pollfd as the program made it.
func asked(x *context, b []byte, _ abi.Addr) value.Value {
	fd := int32(integer(b, 0, 4))
	f := append(x.a.Fields(2), value.Field{Name: "fd", Value: x.descriptor(fd)})
	if fd >= 0 {
		f = append(f, value.Field{Name: "events", Value: x.a.Flags(integer(b, 4, 2), 2, uapi.PollEvents)})
	}
	return x.a.Struct(f, false)
}

// polledForMs shows what poll found.
func polledForMs(x *context, w uint64) value.Value {
	switch {
	case w == 0:
		return x.remark("Timeout")
	case x.c.mode.Opaque:
		return nil
	}
	return x.found(abi.Addr(x.arg(0)), x.arg(1))
}

func polled(x *context, w uint64) value.Value   { return x.polled(w, timespec) }
func polled64(x *context, w uint64) value.Value { return x.polled(w, timespec64) }

// polled shows what ppoll found and how much of the timeout was left.
func (x *context) polled(w uint64, timeout *syscalls.Record) value.Value {
	switch {
	case w == 0:
		return x.remark("Timeout")
	case x.c.mode.Opaque:
		return nil
	}
	found := x.found(abi.Addr(x.arg(0)), x.arg(1))
	if x.arg(2) == 0 {
		return found
	}
	f := append(x.a.Fields(2), value.Field{Value: found})
	return x.a.Struct(x.left(f, timeout, abi.Addr(x.arg(2))), false)
}

// found decodes the elements of n struct pollfd in which the kernel found something.
func (x *context) found(at abi.Addr, n uint64) value.Value {
	b := x.readSome(at, int(min(n, maxElems))*pollfdSize)
	limit := x.limit()
	elems := x.a.Values(min(len(b)/pollfdSize, limit))
	for ; len(b) >= pollfdSize; b = b[pollfdSize:] {
		events := integer(b, 6, 2)
		if events == 0 {
			continue
		}
		if len(elems) == limit {
			return x.a.Array(elems, true, value.List)
		}
		f := append(x.a.Fields(2),
			value.Field{Name: "fd", Value: x.bareDescriptor(int32(integer(b, 0, 4)))},
			value.Field{Name: "revents", Value: x.a.Flags(events, 2, uapi.PollEvents)})
		elems = append(elems, x.a.Struct(f, false))
	}
	return x.a.Array(elems, false, value.List)
}

// left adds the rest of a timeout, where the kernel has left it.
func (x *context) left(f []value.Field, timeout *syscalls.Record, at abi.Addr) []value.Field {
	if x.c.mode.Opaque {
		return append(f, value.Field{Name: "left", Value: x.a.Lost(at)})
	}
	v := x.recordAt(timeout, at)
	if _, lost := v.(*value.Lost); lost {
		return f
	}
	return append(f, value.Field{Name: "left", Value: v})
}

// remark is text behind a result.
func (x *context) remark(text string) value.Value { return x.a.Note(nil, text) }

// each decodes n elements of a structure of size bytes, each by one; it does what
// array does where no record describes the element.
func (x *context) each(at abi.Addr, n uint64, size int, one func(*context, []byte, abi.Addr) value.Value) value.Value {
	if n == 0 {
		return x.a.Array(nil, false, value.List)
	}
	if x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	limit := min(n, uint64(x.limit()))
	b := x.readSome(at, int(max(limit, 1))*size) // one that is not shown must be there too
	whole := len(b) / size
	if whole == 0 {
		return x.a.Lost(at)
	}
	whole = min(whole, int(limit))
	x.elems -= whole
	elems := x.a.Values(whole + 1)
	for i := range whole {
		if v := one(x, b[i*size:(i+1)*size], at+abi.Addr(i*size)); v != nil {
			elems = append(elems, v)
		}
	}
	if uint64(whole) < limit {
		elems = append(elems, x.cut(at+abi.Addr(whole*size)))
	}
	return x.a.Array(elems, n > limit && uint64(whole) == limit, value.List)
}

// epollEventSize is the size of struct epoll_event. It is packed on x86 only.
func (x *context) epollEventSize() int {
	if x.abi.Arch == "x86" {
		return 12
	}
	return 16
}

// epollEvent decodes a struct epoll_event.
func epollEvent(x *context, w uint64) value.Value {
	b := x.read(abi.Addr(w), x.epollEventSize())
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	return occurred(x, b, abi.Addr(w))
}

// epollEvents decodes as many of them as the sibling says.
func epollEvents(x *context, w uint64) value.Value {
	return x.each(abi.Addr(w), x.arg(0), x.epollEventSize(), occurred)
}

func occurred(x *context, b []byte, _ abi.Addr) value.Value {
	f := append(x.a.Fields(2),
		value.Field{Name: "events", Value: x.a.Flags(integer(b, 0, 4), 4, uapi.EpollEvents)},
		value.Field{Name: "data", Value: x.a.Int(integer(b, len(b)-8, 8), 8, value.Hex)})
	return x.a.Struct(f, false)
}

// epollTimeout decodes how long epoll_pwait2 waited, unless it failed.
func epollTimeout(x *context, w uint64) value.Value {
	if x.c.Result.Failed || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	return x.recordAt(timespec64, abi.Addr(w))
}

// wholeSigset decodes a signal set that must have the kernel's size; not where it stands behind what a
// call that failed did not fill in.
func wholeSigset(x *context, w uint64) value.Value {
	switch {
	case x.arg(0) != sigsetSize:
		return nil
	case x.exit && x.c.Result.Failed:
		return x.a.Lost(abi.Addr(w))
	}
	return x.sigsetAt(abi.Addr(w), sigsetSize)
}
