package syscalls

import (
	"maps"

	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// Mux says how a call that stands for others passes the arguments of the one that
// is meant. The first Linux had few call numbers to spare.
type Mux uint8

const (
	Single   Mux = iota // stands for itself
	InMemory            // number, address of the words: socketcall
	InWords             // number, the words in an order of their own: ipc
	Packed              // address of the words: the first select
)

// A Part is a call that another one stands for.
type Part struct {
	Number uint64
	Call   *Syscall
	// Words tells for InWords where each word of the call is: in a register, by
	// number, or where the fourth register points.
	Words []Word
	// Blind is how the call is shown when nothing can be read where that points; nil when it
	// does not matter.
	Blind *Part
}

// Word is where a word of a Part is found.
type Word int8

// First and Second are the words at the address in the fourth register.
const (
	First  Word = -1
	Second Word = -2
)

// Part returns the call that a call with this first argument stands for; nil when there is
// none, or it stands for itself.
func (s *Syscall) Part(first uint64) *Part {
	switch s.Mux {
	case Packed:
		return &s.Parts[0]
	case InMemory:
		return s.numbered(first)
	case InWords:
		return s.versioned(first>>16&0xffff, first&0xffff)
	}
	return nil
}

// versioned returns the part of that number, of which any later version than the first may
// have another form.
func (s *Syscall) versioned(version, number uint64) *Part {
	if version != 0 {
		if p := s.numbered(1<<16 | number); p != nil {
			return p
		}
	}
	return s.numbered(number)
}

func (s *Syscall) numbered(n uint64) *Part {
	for i := range s.Parts {
		if s.Parts[i].Number == n {
			return &s.Parts[i]
		}
	}
	return nil
}

// part returns the row of that name among those of a subsystem.
func part(number uint64, calls func() []Syscall, name string, words ...Word) Part {
	rows := calls()
	for i := range rows {
		if rows[i].Name == name {
			return Part{Number: number, Call: &rows[i], Words: words}
		}
	}
	return Part{Number: number}
}

// socketParts are the calls that socketcall stands for.
func socketParts() []Part {
	return []Part{
		part(1, netCalls, "socket"), part(2, netCalls, "bind"), part(3, netCalls, "connect"), part(4, netCalls, "listen"),
		part(5, netCalls, "accept"), part(6, netCalls, "getsockname"), part(7, netCalls, "getpeername"), part(8, netCalls, "socketpair"),
		part(9, partNetCalls, "send"), part(10, partNetCalls, "recv"), part(11, netCalls, "sendto"), part(12, netCalls, "recvfrom"),
		part(13, netCalls, "shutdown"), part(14, netCalls, "setsockopt"), part(15, netCalls, "getsockopt"), part(16, netCalls, "sendmsg"),
		part(17, netCalls, "recvmsg"), part(18, netCalls, "accept4"), part(19, netCalls, "recvmmsg"), part(20, netCalls, "sendmmsg"),
	}
}

// oldMsgrcv is the version of ipc's msgrcv that finds two arguments in memory.
const oldMsgrcv = 12

// ipcParts are the calls that ipc stands for.
func ipcParts() []Part {
	return []Part{
		part(1, ipcCalls, "semop", 1, 4, 2),
		part(2, ipcCalls, "semget", 1, 2, 3),
		blind(part(3, partIPCCalls, "semctl", 1, 2, 3, First), part(3, blindIPCCalls, "semctl", 1, 2, 3, 4)),
		part(4, ipcCalls, "semtimedop", 1, 4, 2, 5),
		part(11, ipcCalls, "msgsnd", 1, 4, 2, 3),
		blind(part(oldMsgrcv, ipcCalls, "msgrcv", 1, First, 2, Second, 3), part(oldMsgrcv, blindIPCCalls, "msgrcv", 1, 4, 2, 3)),
		part(13, ipcCalls, "msgget", 1, 2),
		part(14, ipcCalls, "msgctl", 1, 2, 4),
		part(21, partIPCCalls, "shmat", 1, 4, 2, 3),
		part(22, ipcCalls, "shmdt", 4),
		part(23, ipcCalls, "shmget", 1, 2, 3),
		part(24, ipcCalls, "shmctl", 1, 2, 4),
	}
}

// blind adds how a part is shown when its words in memory cannot be read.
func blind(p, otherwise Part) Part {
	p.Blind = &otherwise
	return p
}

// newMsgrcv is the version in which they are in registers.
func newMsgrcv() Part { return part(1<<16|oldMsgrcv, ipcCalls, "msgrcv", 1, 4, 2, 5, 3) }

// partIPCCalls are calls as ipc has them: the last argument of semctl is at an
// address, and so is the result of shmat.
var partIPCCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "semctl", Class: IPC, Ret: num, Params: params{{Name: "semid", Type: ipcID}, {Name: "semnum", Type: num}, semCommand, pointedBuffer()}},
		{Name: "shmat", Class: IPC | Memory, Ret: custom("attached", "raddr"), Params: params{{Name: "shmid", Type: ipcID}, {Name: "shmaddr", Type: addr}, {Name: "shmflg", Type: flags(uapi.ShmAttachFlags)}, {Name: "raddr", Type: hidden(addr)}}},
	}
})

// pointedBuffer is semctl's last argument where the call found it at an address: what is not
// decoded is shown as one.
func pointedBuffer() Param {
	p := semBuffer(custom("pointed"))
	rest := *p.Type.(*Rest)
	rest.Cases = maps.Clone(rest.Cases)
	rest.Cases[ipcSet] = []Param{{Name: "arg", Type: custom("pointedSemaphoresSet")}}
	for _, command := range []uint64{ipcStat, semStat, semAny} {
		rest.Cases[command] = []Param{{Name: "arg", Type: custom("pointedSemaphores")}}
	}
	return Param{Type: &rest}
}

// blindIPCCalls are calls that find some of their arguments in memory, without those: what is
// left of them is the address.
var blindIPCCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "semctl", Class: IPC, Ret: num, Params: params{{Name: "semid", Type: ipcID}, {Name: "semnum", Type: num}, semCommand, {Name: "arg", Type: addr}}},
		{Name: "msgrcv", Class: IPC, Ret: ssize, Params: params{{Name: "msqid", Type: ipcID}, {Name: "msgp", Type: addr}, {Name: "msgsz", Type: size}, {Name: "msgflg", Type: msgFlags}}},
	}
})

var i386MuxCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "socketcall", Class: Desc, Ret: long, Mux: InMemory, Parts: socketParts(), Params: params{{Name: "call", Type: Bits{Width: 4, Form: value.Signed, Set: uapi.SocketCalls}}, {Name: "args", Type: addr}}},
		{Name: "ipc", Class: IPC, Ret: long, Mux: InWords, Parts: append(ipcParts(), newMsgrcv()), Params: params{{Name: "call", Type: customOf(4, "ipcCall")}, {Name: "first", Type: lhex}, {Name: "second", Type: lhex}, {Name: "third", Type: lhex}, {Name: "ptr", Type: lhex}, {Name: "fifth", Type: lhex}}},
		{Name: "select", Class: Desc, Ret: count, Mux: Packed, Parts: []Part{part(0, pollCalls, "select")}, Params: params{{Name: "arg", Type: addr}}},
	}
})
