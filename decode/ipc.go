package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// ipcCustom names the decoders of System V and POSIX IPC.
func ipcCustom(name string) custom {
	switch name {
	case "ipcFlags":
		return ipcFlags
	case "shmFlags":
		return shmFlags
	case "shmCommand":
		return shmCommand
	case "semCommand":
		return semCommand
	case "msgCommand":
		return msgCommand
	case "shmidDS":
		return shmidDS
	case "shmidDSSet":
		return shmidDSSet
	case "semidDS":
		return semidDS
	case "semidDSSet":
		return semidDSSet
	case "msqidDS":
		return msqidDS
	case "msqidDSSet":
		return msqidDSSet
	case "msgbuf":
		return msgbuf
	}
	return nil
}

const ipcPermissions = 0o777

// ipcFlags decodes the flags of msgget and semget, with permissions.
func ipcFlags(x *context, w uint64) value.Value {
	return x.a.Or(x.a.Flags(w&^ipcPermissions, 4, uapi.IPCGetFlags), x.a.Int(w&ipcPermissions, 4, value.OctalMin))
}

// shmFlags decodes those of shmget, which may ask for a size of pages, as a power
// of two.
func shmFlags(x *context, w uint64) value.Value {
	const shift, mask = 26, 0x3f
	parts := append(x.a.Values(3), x.a.Flags(w&(1<<shift-1)&^ipcPermissions, 4, uapi.ShmGetFlags))
	if huge := w >> shift & mask; huge != 0 {
		parts = append(parts, x.a.Macro("<<", x.a.Int(huge, 1, value.Unsigned), x.a.Flags(shift, 1, shmHugeShift)))
	}
	return x.a.Or(append(parts, x.a.Int(w&ipcPermissions, 4, value.OctalMin))...)
}

var shmHugeShift = &uapi.Set{Name: "shifts of pages", Consts: []uapi.Const{{Name: "SHM_HUGE_SHIFT", Value: 26}}}

func shmCommand(x *context, w uint64) value.Value { return x.ipcCommand(w, uapi.ShmCommands) }
func semCommand(x *context, w uint64) value.Value { return x.ipcCommand(w, uapi.SemCommands) }
func msgCommand(x *context, w uint64) value.Value { return x.ipcCommand(w, uapi.MsgCommands) }

// ipcCommand decodes a command and the version of the structures it is about.
func (x *context) ipcCommand(w uint64, set *uapi.Set) value.Value {
	const version = 0x100
	command := x.a.Flags(w&^version, 4, set)
	if w&version == 0 {
		return command
	}
	return x.a.Or(x.a.Flags(version, 4, uapi.IPCVersion), command)
}

func shmidDS(x *context, w uint64) value.Value    { return x.ipcStatus(w, &shmStatus, false) }
func shmidDSSet(x *context, w uint64) value.Value { return x.ipcStatus(w, &shmStatus, true) }
func semidDS(x *context, w uint64) value.Value    { return x.ipcStatus(w, &semStatus, false) }
func semidDSSet(x *context, w uint64) value.Value { return x.ipcStatus(w, &semStatus, true) }
func msqidDS(x *context, w uint64) value.Value    { return x.ipcStatus(w, &msgStatus, false) }
func msqidDSSet(x *context, w uint64) value.Value { return x.ipcStatus(w, &msgStatus, true) }

// status describes struct shmid64_ds, semid64_ds or msqid64_ds: permissions and what
// follows, in memory and in print order.
type status struct {
	perm   string
	cells  []cell
	shown  []string
	change []string // what IPC_SET changes
}

// A cell is a part of a status: a time, a long or an int.
type cell struct {
	name string
	kind cellKind
}

// A cellKind says how a field of a structure of System V IPC looks.
type cellKind uint8

const (
	cellTime cellKind = iota // on 32-bit machines the upper half lies behind it
	cellLong
	cellPID
	cellBarePID // strace tells no more of it
	cellSpare
)

var (
	shmStatus = status{perm: "shm_perm", cells: []cell{
		{"shm_segsz", cellLong}, {"shm_atime", cellTime}, {"shm_dtime", cellTime}, {"shm_ctime", cellTime},
		{"shm_cpid", cellPID}, {"shm_lpid", cellPID}, {"shm_nattch", cellLong},
	}, shown: []string{"shm_segsz", "shm_cpid", "shm_lpid", "shm_nattch", "shm_atime", "shm_dtime", "shm_ctime"}}

	semStatus = status{perm: "sem_perm", cells: []cell{
		{"sem_otime", cellTime}, {"", cellSpare}, {"sem_ctime", cellTime}, {"", cellSpare}, {"sem_nsems", cellLong},
	}, shown: []string{"sem_otime", "sem_ctime", "sem_nsems"}}

	msgStatus = status{perm: "msg_perm", cells: []cell{
		{"msg_stime", cellTime}, {"msg_rtime", cellTime}, {"msg_ctime", cellTime},
		{"", cellLong}, {"msg_qnum", cellLong}, {"msg_qbytes", cellLong}, {"msg_lspid", cellBarePID}, {"msg_lrpid", cellBarePID},
	}, shown: []string{"msg_stime", "msg_rtime", "msg_ctime", "msg_qnum", "msg_qbytes", "msg_lspid", "msg_lrpid"},
		change: []string{"msg_qbytes"}}
)

// ipcStatus decodes a status, or the part of it that IPC_SET changes.
func (x *context) ipcStatus(w uint64, s *status, set bool) value.Value {
	at := abi.Addr(w)
	start := x.permSize()
	b := x.read(at, start+x.cellsSize(s.cells))
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	shown := s.shown
	if set {
		shown = s.change
	}
	f := append(x.a.Fields(1+len(shown)), value.Field{Name: s.perm, Value: x.ipcPerm(b, set)})
	for _, name := range shown {
		f = append(f, value.Field{Name: name, Value: x.cell(s.cells, name, b[start:])})
	}
	return x.a.Struct(f, false)
}

// modeSize is the size of the mode in struct ipc64_perm.
func (x *context) modeSize() int {
	if x.abi.Arch == "x86" && x.abi.KernelLong == 4 {
		return 2
	}
	return 4
}

// permSize is the size of struct ipc64_perm.
func (x *context) permSize() int {
	const ids, modeAndSeq = 20, 8
	return alignUp(ids+modeAndSeq, x.abi.KernelLong) + 2*x.abi.KernelLong
}

// ipcPerm decodes a struct ipc64_perm.
func (x *context) ipcPerm(b []byte, set bool) value.Value {
	u := func(at int) value.Value { return x.a.Int(integer(b, at, 4), 4, value.Unsigned) }
	f := append(x.a.Fields(6),
		value.Field{Name: "uid", Value: u(4)},
		value.Field{Name: "gid", Value: u(8)},
		value.Field{Name: "mode", Value: x.a.Int(integer(b, 20, x.modeSize()), 4, value.OctalMin)})
	if !set {
		f = append(f,
			value.Field{Name: "key", Value: u(0)},
			value.Field{Name: "cuid", Value: u(12)},
			value.Field{Name: "cgid", Value: u(16)})
	}
	return x.a.Struct(f, false)
}

// cellSize is the size of a cell under the ABI.
func (x *context) cellSize(kind cellKind) int {
	switch {
	case kind == cellPID || kind == cellBarePID:
		return 4
	case kind == cellTime && x.abi.KernelLong == 4:
		return 8
	case kind == cellSpare:
		return x.spare()
	}
	return x.abi.KernelLong
}

// spare is the size of the unused word behind a time of semid64_ds, which x86-64
// alone has.
func (x *context) spare() int {
	if x.abi.Arch == "x86" && x.abi.KernelLong == 8 {
		return 8
	}
	return 0
}

func (x *context) cellsSize(cells []cell) int {
	n := 0
	for _, c := range cells {
		n += x.cellSize(c.kind)
	}
	return n
}

// cell decodes the cell of that name in b, where cells lie behind each other.
func (x *context) cell(cells []cell, name string, b []byte) value.Value {
	at := 0
	for _, c := range cells {
		if c.name != name {
			at += x.cellSize(c.kind)
			continue
		}
		form := value.Unsigned
		if c.kind != cellLong {
			form = value.Signed
		}
		n := x.cellSize(c.kind)
		if c.kind == cellPID || c.kind == cellBarePID {
			return x.pid(syscalls.PID{Bare: c.kind == cellBarePID}, integer(b, at, n))
		}
		return x.a.Int(integer(b, at, n), n, form)
	}
	return nil
}

// msgbuf decodes a message of System V: its type and its text, of as many bytes as
// the sibling says.
func msgbuf(x *context, w uint64) value.Value {
	at, word := abi.Addr(w), x.abi.KernelLong
	b := x.read(at, 2*word) // struct msgbuf has one byte of text
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	return x.a.Struct(append(x.a.Fields(2),
		value.Field{Name: "mtype", Value: x.a.Int(integer(b, 0, word), word, value.Signed)},
		value.Field{Name: "mtext", Value: x.buffer(at+abi.Addr(word), x.arg(0))}), false)
}
