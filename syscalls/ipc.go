package syscalls

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

var (
	ipcID  = num
	ipcKey = flags(uapi.IPCKeys)

	// ipcFlags are flags and, in the low nine bits, permissions.
	ipcFlags = customOf(4, "ipcFlags")
	shmFlags = customOf(4, "shmFlags")

	shmCommand = Param{Name: "op", Type: customOf(4, "shmCommand")}
	semCommand = Param{Name: "op", Type: customOf(4, "semCommand")}
	msgCommand = Param{Name: "op", Type: customOf(4, "msgCommand")}

	sembuf = record("sembuf", fields{{Name: "sem_num", Type: u16}, {Name: "sem_op", Type: s16}, {Name: "sem_flg", Type: flagsOf(2, uapi.SemFlags)}})
	sops   = in(array(sembuf, "nsops"))

	// msgbuf is a message: a type and as many bytes as the sibling msgsz says.
	msgbuf = Custom{Name: "msgbuf", Args: []string{"msgsz"}}

	msgFlags = flags(uapi.MsgFlags)

	mqAttr   = queueAttr(flagsOf(KernelLong, uapi.MQFlags))
	newAttr  = queueAttr(Bits{Width: KernelLong, Form: value.Hex}) // its flags do not count
	mqName   = path
	mqAttrIn = Param{Name: "attr", Type: with(in(newAttr), "flags", oCreat)}
)

// shmInfo is struct shm_info.
func shmInfo() *Record {
	return record("shm_info", fields{{Name: "used_ids", Type: num}, {Name: "shm_tot", Type: kulong}, {Name: "shm_rss", Type: kulong}, {Name: "shm_swp", Type: kulong}, {Name: "swap_attempts", Type: kulong}, {Name: "swap_successes", Type: kulong}})
}

// shminfo is struct shminfo64.
func shminfo() *Record {
	return record("shminfo64", fields{{Name: "shmmax", Type: kulong}, {Name: "shmmin", Type: kulong}, {Name: "shmmni", Type: kulong}, {Name: "shmseg", Type: kulong}, {Name: "shmall", Type: kulong}})
}

// seminfo is struct seminfo.
func seminfo() *Record {
	return record("seminfo", fields{{Name: "semmap", Type: num}, {Name: "semmni", Type: num}, {Name: "semmns", Type: num}, {Name: "semmnu", Type: num}, {Name: "semmsl", Type: num}, {Name: "semopm", Type: num}, {Name: "semume", Type: num}, {Name: "semusz", Type: num}, {Name: "semvmx", Type: num}, {Name: "semaem", Type: num}})
}

// msginfo is struct msginfo.
func msginfo() *Record {
	return record("msginfo", fields{{Name: "msgpool", Type: num}, {Name: "msgmap", Type: num}, {Name: "msgmax", Type: num}, {Name: "msgmnb", Type: num}, {Name: "msgmni", Type: num}, {Name: "msgssz", Type: num}, {Name: "msgtql", Type: num}, {Name: "msgseg", Type: u16}})
}

func queueAttr(flags Type) *Record {
	return record("mq_attr", fields{{Name: "mq_flags", Type: flags}, {Name: "mq_maxmsg", Type: klong}, {Name: "mq_msgsize", Type: klong}, {Name: "mq_curmsgs", Type: klong}, {Type: hidden(list(klong, 4))}})
}

// oCreat is O_CREAT, with which mq_open reads two more arguments.
const oCreat = 0x40

// ipc64 is the bit of a command that asks for the structures of today.
const ipc64 = 0x100

// The commands that msgctl, semctl and shmctl share, and each one's own.
const (
	ipcSet   = 1
	ipcStat  = 2
	ipcInfo  = 3
	msgStat  = 11
	msgInfo  = 12
	msgAny   = 13
	semStat  = 18
	semInfo  = 19
	semAny   = 20
	shmStat  = 13
	shmInfoC = 14
	shmAny   = 15
)

// ipcBuffer is the last parameter of a control call, whose type the command decides.
func ipcBuffer(param, name string, info, more Type, stats, infos [2]uint64, other Type) Param {
	kind := func(decoder string) Type { return Custom{Name: decoder} }
	one := func(t Type) []Param { return []Param{{Name: param, Type: t}} }
	stat := one(out(kind(name)))
	return Param{Type: &Rest{On: "op", Mask: (1<<32 - 1) &^ ipc64, Cases: map[uint64][]Param{
		ipcSet:   one(in(kind(name + "Set"))),
		ipcStat:  stat,
		stats[0]: stat,
		stats[1]: stat,
		infos[0]: one(out(info)),
		infos[1]: one(out(more)),
	}, Else: one(other)}}
}

// semBuffer is semctl's; other is what it is for most commands.
func semBuffer(other Type) Param {
	return ipcBuffer("arg", "semidDS", seminfo(), seminfo(), [2]uint64{semStat, semAny}, [2]uint64{ipcInfo, semInfo}, other)
}

func timedParams(timeout Type) params {
	return params{{Name: "semid", Type: ipcID}, {Name: "sops", Type: sops}, {Name: "nsops", Type: unum}, {Name: "timeout", Type: in(timeout)}}
}

func sendParams(timeout Type) params {
	return params{{Name: "mqdes", Type: fd}, {Name: "msg_ptr", Type: in(bytes("msg_len"))}, {Name: "msg_len", Type: size}, {Name: "msg_prio", Type: unum}, {Name: "abs_timeout", Type: in(timeout)}}
}

func receiveParams(timeout string) params {
	return params{{Name: "mqdes", Type: fd}, {Name: "msg_ptr", Type: out(bytes(Result))}, {Name: "msg_len", Type: size}, {Name: "msg_prio", Type: out(unum)}, {Name: "abs_timeout", Type: custom(timeout)}}
}

var ipcCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "shmget", Class: IPC, Ret: num, Params: params{{Name: "key", Type: ipcKey}, {Name: "size", Type: size}, {Name: "shmflg", Type: shmFlags}}},
		{Name: "shmat", Class: IPC | Memory, Ret: address, Params: params{{Name: "shmid", Type: ipcID}, {Name: "shmaddr", Type: addr}, {Name: "shmflg", Type: flags(uapi.ShmAttachFlags)}}},
		{Name: "shmdt", Class: IPC | Memory, Ret: zero, Params: params{{Name: "shmaddr", Type: addr}}},
		{Name: "shmctl", Class: IPC, Ret: num, Params: params{{Name: "shmid", Type: ipcID}, shmCommand, ipcBuffer("buf", "shmidDS", shminfo(), shmInfo(), [2]uint64{shmStat, shmAny}, [2]uint64{ipcInfo, shmInfoC}, addr)}},
		{Name: "semget", Class: IPC, Ret: num, Params: params{{Name: "key", Type: ipcKey}, {Name: "nsems", Type: num}, {Name: "semflg", Type: ipcFlags}}},
		{Name: "semop", Class: IPC, Ret: zero, Params: params{{Name: "semid", Type: ipcID}, {Name: "sops", Type: sops}, {Name: "nsops", Type: unum}}},
		{Name: "semtimedop", Class: IPC, Ret: zero, Params: timedParams(timespec)},
		{Name: "semtimedop_time64", Class: IPC, Ret: zero, Params: timedParams(timespec64)},
		{Name: "semctl", Class: IPC, Ret: num, Params: params{{Name: "semid", Type: ipcID}, {Name: "semnum", Type: num}, semCommand, semBuffer(addr)}},
		{Name: "msgget", Class: IPC, Ret: num, Params: params{{Name: "key", Type: ipcKey}, {Name: "msgflg", Type: ipcFlags}}},
		{Name: "msgsnd", Class: IPC, Ret: zero, Params: params{{Name: "msqid", Type: ipcID}, {Name: "msgp", Type: in(msgbuf)}, {Name: "msgsz", Type: size}, {Name: "msgflg", Type: msgFlags}}},
		{Name: "msgrcv", Class: IPC, Ret: ssize, Params: params{{Name: "msqid", Type: ipcID}, {Name: "msgp", Type: out(msgbuf)}, {Name: "msgsz", Type: size}, {Name: "msgtyp", Type: long}, {Name: "msgflg", Type: msgFlags}}},
		{Name: "msgctl", Class: IPC, Ret: num, Params: params{{Name: "msqid", Type: ipcID}, msgCommand, ipcBuffer("buf", "msqidDS", msginfo(), msginfo(), [2]uint64{msgStat, msgAny}, [2]uint64{ipcInfo, msgInfo}, addr)}},

		{Name: "mq_open", Class: Desc, Ret: fd, Params: params{{Name: "name", Type: mqName}, {Name: "flags", Type: openFlags}, {Name: "mode", Type: with(mode, "flags", oCreat)}, mqAttrIn}},
		{Name: "mq_unlink", Ret: zero, Params: params{{Name: "path", Type: mqName}}},
		{Name: "mq_timedsend", Class: Desc, Ret: zero, Params: sendParams(timespec)},
		{Name: "mq_timedsend_time64", Class: Desc, Ret: zero, Params: sendParams(timespec64)},
		{Name: "mq_timedreceive", Class: Desc, Ret: ssize, Params: receiveParams("timeout")},
		{Name: "mq_timedreceive_time64", Class: Desc, Ret: ssize, Params: receiveParams("timeout64")},
		{Name: "mq_notify", Class: Desc, Ret: zero, Params: params{{Name: "mqdes", Type: fd}, {Name: "sevp", Type: sigevent}}},
		{Name: "mq_getsetattr", Class: Desc, Ret: zero, Params: params{{Name: "mqdes", Type: fd}, {Name: "newattr", Type: in(mqAttr)}, {Name: "oldattr", Type: out(mqAttr)}}},
	}
})
