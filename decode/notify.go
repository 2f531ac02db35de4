package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// notifyCustom names the decoders of descriptors that tell of events.
func notifyCustom(name string) custom {
	switch name {
	case "epollEvent":
		return epollEvent
	case "fanotifyFlags":
		return fanotifyFlags
	case "fanotifyDir":
		return fanotifyDir
	}
	return nil
}

// epollSize returns the size of struct epoll_event and where its data lies: x86
// packs it.
func epollSize(a *abi.ABI) (size, data int) {
	if a.Arch == "x86" {
		return 12, 4
	}
	return 16, 8
}

// epollEvent decodes one struct epoll_event.
func epollEvent(x *context, w uint64) value.Value {
	size, _ := epollSize(x.abi)
	b := x.read(abi.Addr(w), size)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	return x.epollEvent(b)
}

// epollEvent decodes the struct epoll_event that b holds.
func (x *context) epollEvent(b []byte) value.Value {
	_, data := epollSize(x.abi)
	f := append(x.a.Fields(2),
		value.Field{Name: "events", Value: x.a.Flags(integer(b, 0, 4), 4, uapi.EpollEvents)},
		value.Field{Name: "data", Value: x.a.Int(integer(b, data, 8), 8, value.Hex)})
	return x.a.Struct(f, false)
}

// fanotifyClass is the bits of fanotify_init's flags that are one of several.
const fanotifyClass = 0xc

func fanotifyFlags(x *context, w uint64) value.Value {
	class := x.a.Flags(w&fanotifyClass, 4, uapi.FanotifyClasses)
	if w &^= fanotifyClass; w == 0 {
		return class
	}
	return x.a.Or(class, x.a.Flags(w, 4, uapi.FanotifyFlags))
}

// fanotifyDir decodes a directory that may be none.
func fanotifyDir(x *context, w uint64) value.Value {
	if _, ok := uapi.FanotifyDirs.Find(w); ok {
		return x.a.Flags(w, 4, uapi.FanotifyDirs)
	}
	return x.a.FD(int32(w))
}
