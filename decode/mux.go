package decode

import (
	"strconv"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// muxCustom names the decoders of what only parts of other calls have.
func muxCustom(name string) custom {
	switch name {
	case "pointed":
		return pointed
	case "pointedSemaphores":
		return pointedSemaphores
	case "pointedSemaphoresSet":
		return pointedSemaphoresSet
	case "ipcCall":
		return ipcCall
	case "attached":
		return attached
	case "resumed":
		return resumed
	}
	return nil
}

// demultiplex puts the call that is meant in the place of one that stands for
// others. It leaves the call alone when its arguments cannot be read.
func (c *Call) demultiplex() {
	var words [abi.MaxArgs]uint64
	part, ok := c.Row.Part(c.Call.Args[0]), false
	if part == nil {
		return
	}
	switch c.Row.Mux {
	case syscalls.Packed:
		c.base = abi.Addr(c.Call.Args[0])
		ok = c.loadWords(words[:], part)
	case syscalls.InMemory:
		c.base = abi.Addr(c.Call.Args[1])
		ok = c.loadWords(words[:], part)
	case syscalls.InWords:
		c.base = abi.Addr(c.Call.Args[pointer])
		if ok = c.orderWords(words[:], part); !ok && part.Blind != nil {
			part = part.Blind
			ok = c.orderWords(words[:], part)
		}
	}
	if ok {
		c.Row, c.Call.Args, c.part = part.Call, words, part
	}
}

// pointer is the register of ipc that holds an address.
const pointer = 4

// loadWords reads the words of the part from memory.
func (c *Call) loadWords(words []uint64, part *syscalls.Part) bool {
	n, size := registers(part.Call.Params, c.ABI), c.ABI.Word
	b := c.x.read(c.base, n*size)
	if b == nil {
		return false
	}
	for i := range n {
		words[i] = integer(b, i*size, size)
	}
	return true
}

// orderWords puts the words of the part in order.
func (c *Call) orderWords(words []uint64, part *syscalls.Part) bool {
	for i, from := range part.Words {
		if from >= 0 {
			words[i] = c.Call.Args[from]
			continue
		}
		w, ok := c.x.load(c.inMemory(from), c.ABI.Word)
		if !ok {
			return false
		}
		words[i] = w
	}
	return true
}

// inMemory is where a word of ipc lies that is in no register.
func (c *Call) inMemory(from syscalls.Word) abi.Addr {
	return c.base + abi.Addr(int(syscalls.First-from)*c.ABI.Word)
}

// pointed is a word that the call found at an address.
func pointed(x *context, w uint64) value.Value { return x.one(x.a.Ptr(abi.Addr(w), nil)) }

// pointedSemaphores is a struct semid_ds that the kernel has filled, behind such a word.
func pointedSemaphores(x *context, w uint64) value.Value {
	if !x.exit {
		return nil
	}
	if x.c.Result.Failed {
		return pointed(x, w)
	}
	return pointedTo(x, w, semidDS(x, w))
}

// pointedSemaphoresSet is one that the kernel reads.
func pointedSemaphoresSet(x *context, w uint64) value.Value {
	return pointedTo(x, w, semidDSSet(x, w))
}

func pointedTo(x *context, w uint64, v value.Value) value.Value {
	if _, lost := v.(*value.Lost); lost {
		return pointed(x, w)
	}
	return x.a.Ptr(abi.Addr(w), v)
}

// ipcCall is a number of ipc that stands for no call, below a version that may be there.
func ipcCall(x *context, w uint64) value.Value {
	number := x.bits(&ipcNumber, w&0xffff)
	version := w >> 16
	if version == 0 {
		return number
	}
	b := append(strconv.AppendUint(x.a.Bytes(16), version, 10), "<<16"...)
	return x.a.Or(x.a.Macro(text(b)), number)
}

var ipcNumber = syscalls.Bits{Width: 4, Set: uapi.IPCCalls}

// attached is the result of ipc's shmat, which the kernel writes to an address.
func attached(x *context, w uint64) value.Value {
	v, ok := x.load(abi.Addr(x.arg(0)), x.abi.Word)
	if !ok {
		v = w
	}
	return x.a.Int(v, x.abi.Word, value.Address)
}

// resumed names the call that restart_syscall takes up again: the one before it.
func resumed(x *context, _ uint64) value.Value {
	name := "system call"
	if x.c.previous != nil {
		name = x.c.previous.Name
	}
	b := append(x.a.Bytes(64), "<... resuming interrupted "...)
	b = append(append(b, name...), " ...>"...)
	return x.a.Macro(text(b))
}
