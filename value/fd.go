package value

import (
	"net/netip"

	"github.com/trapline/trapline/uapi"
)

// FD is a file descriptor.
type FD struct {
	Num int32
	// Set names Num where it is no descriptor but stands for one: AT_FDCWD. It is nil
	// for most. Everything below is about what it stands for.
	Set *uapi.Set
	// Path is what the descriptor refers to, as /proc/PID/fd names it but for the
	// " (deleted)" behind it; empty when that was not asked for or is not known.
	Path string
	// Deleted is true when the file has no name any more.
	Deleted bool
	// Object tells more of what Path names; nil when that was not asked for or there is
	// nothing to tell.
	Object Object
}

// An Object is what a descriptor refers to, in detail: *Device, *Socket, *PIDFD,
// *EventFD or *SignalFD. The set is closed.
type Object interface{ object() }

// Device is a character or a block device.
type Device struct {
	Block        bool
	Major, Minor uint32
	// Peer is the terminal behind a master of pseudo terminals: /dev/pts/0.
	Peer string
}

// Socket is a socket. Fields that its protocol does not have, or that are not known,
// are zero.
type Socket struct {
	Protocol string // as the kernel has it: TCP, UDPv6, UNIX-STREAM, NETLINK
	Inode    uint64

	Local, Remote netip.AddrPort // of the Internet protocols

	Peer     uint64 // of UNIX: the inode of the other end
	Name     []byte // of UNIX: where it is bound
	Abstract bool   // of UNIX: Name is outside the file system

	Bound  bool   // of NETLINK: Family and Port are known
	Family uint32 // of NETLINK: a constant of uapi.NetlinkProtocols
	Port   uint32
}

// PIDFD is a process.
type PIDFD struct {
	PID  int32
	Comm string // as PID.Comm
}

// EventFD is a counter.
type EventFD struct {
	Count     uint64
	ID        uint64
	Semaphore bool
}

// SignalFD is the signals that can be read from it.
type SignalFD struct{ Signals *Array }

func (*Device) object()   {}
func (*Socket) object()   {}
func (*PIDFD) object()    {}
func (*EventFD) object()  {}
func (*SignalFD) object() {}

// PID is the id of a process or a thread, or what a call takes in its place: 0, -1, or
// a process group, negated.
type PID struct {
	Num int32
	// Group is true for the id of a process group or a session.
	Group bool
	// Comm is the name of the thread; empty when that was not asked for or is not known.
	Comm string
	// Ours is the id in the tracer's pid namespace, when that was asked for and is
	// another one; zero otherwise.
	Ours int32
}
