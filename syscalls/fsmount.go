package syscalls

import "github.com/trapline/trapline/uapi"

// The commands of fsconfig.
const (
	fsconfigSetFlag = iota
	fsconfigSetString
	fsconfigSetBinary
	fsconfigSetPath
	fsconfigSetPathEmpty
	fsconfigSetFD
)

var (
	word = in(Custom{Name: "word"})

	mountAttr     = in(Custom{Name: "mountAttr", Args: []string{"size"}})
	openTreeFlags = flags(uapi.OpenTreeFlags)
)

// fsconfigKey is the name that a command of fsconfig takes.
func fsconfigKey() Switch {
	return Switch{On: "cmd", Else: addr, Cases: map[uint64]Type{
		fsconfigSetFlag: word, fsconfigSetString: word, fsconfigSetBinary: word,
		fsconfigSetPath: word, fsconfigSetPathEmpty: word, fsconfigSetFD: word,
	}}
}

// fsconfigValue is the value that a command of fsconfig takes.
func fsconfigValue() Switch {
	return Switch{On: "cmd", Else: addr, Cases: map[uint64]Type{
		fsconfigSetString:    word,
		fsconfigSetBinary:    in(Custom{Name: "binary", Args: []string{"aux"}}),
		fsconfigSetPath:      path,
		fsconfigSetPathEmpty: path,
	}}
}

// fsconfigAux is the number or the descriptor that a command of fsconfig takes.
func fsconfigAux() Switch {
	return Switch{On: "cmd", Else: num, Cases: map[uint64]Type{
		fsconfigSetPath: dirfd, fsconfigSetPathEmpty: dirfd, fsconfigSetFD: fd,
	}}
}

// fsmountCalls are the calls that mount by descriptors.
var fsmountCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "fsopen", Class: Desc, Ret: fd, Params: params{{Name: "fsname", Type: str}, {Name: "flags", Type: flags(uapi.FSOpenFlags)}}},
		{Name: "fsconfig", Class: Desc | File, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "cmd", Type: enum(uapi.FSConfigCommands)}, {Name: "key", Type: fsconfigKey()}, {Name: "value", Type: fsconfigValue()}, {Name: "aux", Type: fsconfigAux()}}},
		{Name: "fsmount", Class: Desc, Ret: fd, Params: params{{Name: "fd", Type: fd}, {Name: "flags", Type: flags(uapi.FSMountFlags)}, {Name: "attr_flags", Type: flags(uapi.FSMountAttributes)}}},
		{Name: "fspick", Class: Desc | File, Ret: fd, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "flags", Type: flags(uapi.FSPickFlags)}}},
		{Name: "open_tree", Class: Desc | File, Ret: fd, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "flags", Type: openTreeFlags}}},
		{Name: "open_tree_attr", Class: Desc | File, Ret: fd, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "flags", Type: openTreeFlags}, {Name: "attr", Type: mountAttr}, {Name: "size", Type: size}}},
		{Name: "move_mount", Class: Desc | File, Ret: zero, Params: params{{Name: "from_dfd", Type: dirfd}, {Name: "from_pathname", Type: path}, {Name: "to_dfd", Type: dirfd}, {Name: "to_pathname", Type: path}, {Name: "flags", Type: flags(uapi.MoveMountFlags)}}},
		{Name: "mount_setattr", Class: Desc | File, Ret: zero, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "flags", Type: flags(uapi.MountSetattrFlags)}, {Name: "attr", Type: mountAttr}, {Name: "size", Type: size}}},
		{Name: "listmount", Ret: ssize, Params: params{{Name: "req", Type: in(Custom{Name: "listRequest"})}, {Name: "mnt_ids", Type: out(array(x64, Result))}, {Name: "nr_mnt_ids", Type: size}, {Name: "flags", Type: flags(uapi.ListmountFlags)}}},
		{Name: "statmount", Ret: zero, Params: params{{Name: "req", Type: in(Custom{Name: "statRequest"})}, {Name: "buf", Type: out(Custom{Name: "mountState", Args: []string{"bufsize"}})}, {Name: "bufsize", Type: size}, {Name: "flags", Type: flags(uapi.StatmountFlags)}}},
	}
})
