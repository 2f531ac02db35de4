package decode

import (
	"net"
	"sync"

	"github.com/trapline/trapline/value"
)

// interfaces remembers the names of network interfaces by index. The table that
// is read is that of Trapline's own network namespace.
var interfaces struct {
	sync.Mutex
	names map[uint64]string
}

// maxInterfaces bounds the memory: indexes come from the tracee.
const maxInterfaces = 1024

// netInterface is the index of a network interface, as the name it stands for when it
// has one; the macro's second argument is the index itself.
func (x *context) netInterface(index uint64) value.Value {
	name := interfaceName(index)
	if name == "" {
		return x.a.Int(index, 4, value.Unsigned)
	}
	b := append(x.a.Bytes(len(name)), name...)
	return x.a.Macro("if_nametoindex", x.a.Str(b, false), x.a.Int(index, 4, value.Unsigned))
}

func interfaceName(index uint64) string {
	if index == 0 || index > 1<<31-1 {
		return ""
	}
	interfaces.Lock()
	defer interfaces.Unlock()
	if name, ok := interfaces.names[index]; ok {
		return name
	}
	if interfaces.names == nil || len(interfaces.names) >= maxInterfaces {
		interfaces.names = map[uint64]string{}
	}
	name := ""
	if i, err := net.InterfaceByIndex(int(index)); err == nil {
		name = i.Name
	}
	interfaces.names[index] = name
	return name
}

func netInterface(x *context, w uint64) value.Value { return x.netInterface(w) }
