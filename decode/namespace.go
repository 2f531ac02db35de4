package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// namespaceCustom names the decoders of namespaces.
func namespaceCustom(name string) custom {
	switch name {
	case "namespaceRequest":
		return namespaceRequest
	case "namespaceIDs":
		return namespaceIDs
	}
	return nil
}

// namespaceRequest decodes struct ns_id_req; of one that is too small, its size.
func namespaceRequest(x *context, w uint64) value.Value {
	at := abi.Addr(w)
	size, ok := x.load(at, 4)
	if !ok || x.c.mode.Opaque || size >= uint64(syscalls.NamespaceRequest.Size(x.abi)) {
		return x.extensible(syscalls.NamespaceRequest, at, size)
	}
	return x.a.Struct(append(x.a.Fields(1), value.Field{Name: "size", Value: x.a.Int(size, 4, value.Unsigned)}), false)
}

// namespaceIDs decodes the namespaces that the kernel has found. A list without room is
// empty, whatever the kernel says.
func namespaceIDs(x *context, w uint64) value.Value {
	switch {
	case !x.exit:
		return nil
	case w == 0 || x.c.Result.Failed && x.arg(1) != 0:
		return x.a.Ptr(abi.Addr(w), nil)
	}
	return x.array(x64, min(x.arg(0), x.arg(1)), abi.Addr(w))
}

// namespaceFlags are the bits that ask for a new namespace, by the name of the
// namespace.
var namespaceFlags = [...]struct {
	name string
	bit  uint64
}{
	{"cgroup", 0x02000000}, {"ipc", 0x08000000}, {"mnt", 0x00020000}, {"net", 0x40000000},
	{"pid", 0x20000000}, {"time", 0x00000080}, {"user", 0x10000000}, {"uts", 0x04000000},
}

// namespaces shows the namespaces that a task has entered, of those that it asked for.
func namespaces(x *context, _ uint64) value.Value { return x.namespaces(x.c.TID, x.arg(0)) }

// childNamespaces shows those that a new process was made in.
func childNamespaces(x *context, pid uint64) value.Value {
	if !x.c.mode.Namespaces {
		return nil
	}
	return x.namespaces(x.ours(int32(pid)), x.arg(0))
}

// child3Namespaces likewise, where the flags begin a structure.
func child3Namespaces(x *context, pid uint64) value.Value {
	if !x.c.mode.Namespaces {
		return nil
	}
	flags, _ := x.load(abi.Addr(x.arg(0)), 8)
	return x.namespaces(x.ours(int32(pid)), flags)
}

func (x *context) namespaces(tid int, flags uint64) value.Value {
	if !x.c.mode.Namespaces || tid == 0 || x.c.Lookup == nil {
		return nil
	}
	f := x.a.Fields(len(namespaceFlags))
	for _, n := range namespaceFlags {
		if flags&n.bit == 0 {
			continue
		}
		if id := x.c.Lookup.Namespace(x.a, tid, n.name); id != "" {
			f = append(f, value.Field{Value: x.a.Macro(id)})
		}
	}
	if len(f) == 0 {
		return nil
	}
	return x.a.Struct(f, false)
}
