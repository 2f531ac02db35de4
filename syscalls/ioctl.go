package syscalls

import (
	"sync/atomic"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
)

// An op is a command of ioctl, by its name in uapi.IoctlCommands, and what its argument
// is. One number on an ABI is another on the next, and the name is the same.
type op struct {
	name string
	arg  []Param
}

// The words that rows of commands are written in: no argument at all, or one.
var bare = params{}

func argp(t Type) params { return params{{Name: "argp", Type: t}} }

// opsOf returns the commands of the subsystem that has a type, the byte above the lowest
// in the numbers of its commands. An op without a name stands for all others of the type;
// if there is none, their argument is a word.
func opsOf(kind byte) []op {
	switch kind {
	case 0x03:
		return hdioOps()
	case 0x22:
		return scsiOps()
	case 0x3e:
		return counterOps()
	case 'E':
		return evdevOps()
	case 'V':
		return v4l2Ops()
	case 0xa4:
		return teeOps()
	case 0xae:
		return kvmOps()
	case 'K':
		return kdOps()
	case 'i':
		return lircOps()
	case 'u':
		return udmabufOps()
	case 0xab:
		return nbdOps()
	case 0xb4:
		return gpioOps()
	case 0x12:
		return blockOps()
	case 0x15:
		return superblockOps()
	case 0x89:
		return interfaceOps()
	case 'X', 'f':
		return fileOps()
	case 0x94:
		return btrfsOps()
	case 0xaa:
		return faultOps()
	case 0xb7:
		return namespaceOps()
	case 0xfd:
		return mapperOps()
	case 0xff:
		return pidfdOps()
	case '!':
		return noticeOps()
	case '$':
		return perfOps()
	case '=':
		return preciseOps()
	case 'L':
		return loopOps()
	case 'M':
		return flashOps()
	case 'O', 'o':
		return volumeOps()
	case 'R':
		return randomOps()
	case 'T':
		return ttyOps()
	case 'W':
		return watchdogOps()
	case 'p':
		return clockOps()
	case 'I':
		return inotifyOps()
	case 0x8a:
		return epollOps()
	}
	return nil
}

// madeOps holds the commands of the types that were asked for.
var madeOps [256]atomic.Pointer[[]op]

// ops is opsOf, made once: programs use few kinds of commands.
func ops(kind byte) []op {
	if made := madeOps[kind].Load(); made != nil {
		return *made
	}
	made := opsOf(kind)
	madeOps[kind].Store(&made)
	return made
}

// opParams returns the parameters of a command; nil when nobody has described it.
func opParams(a *abi.ABI, nr uint64) []Param {
	list := ops(byte(nr >> 8))
	if len(list) == 0 {
		return nil
	}
	var found []Param
	uapi.IoctlCommands.For(a).All(nr, func(name string) {
		if found == nil {
			found = opNamed(list, name)
		}
	})
	if found == nil {
		found = opNamed(list, "")
	}
	if found == nil {
		found = anyArgp
	}
	return found
}

var anyArgp = argp(lhex)

func opNamed(list []op, name string) []Param {
	for i := range list {
		if list[i].name == name {
			return list[i].arg
		}
	}
	return nil
}

// eachOp calls yield with each command of the ABI that has been described.
func eachOp(a *abi.ABI, yield func(nr uint64, found []Param)) {
	for _, c := range uapi.IoctlCommands.For(a).Consts {
		if found := opNamed(ops(byte(c.Value>>8)), c.Name); found != nil {
			yield(c.Value, found)
		}
	}
}

var ioctlCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "ioctl", Class: Desc, Ret: customOf(4, "ioctlResult", "op"), After: customOf(4, "ioctlMeaning", "op"), Params: params{
			{Name: "fd", Type: fd}, {Name: "op", Type: customOf(4, "ioctlCommand")},
			{Type: &Rest{On: "op", Ops: true, Else: argp(custom("ioctlArg", "op"))}},
		}},
	}
})
