package decode

import (
	"bytes"
	"os"
	"strconv"
	"syscall"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// FDDetail says what is told of descriptors.
type FDDetail uint8

const (
	FDPath FDDetail = 1 << iota
	FDSocket
	FDDevice
	FDPIDFD
	FDEventFD
	FDSignalFD
	FDComm // the names of processes that are told of
	FDAll  = FDPath | FDSocket | FDDevice | FDPIDFD | FDEventFD | FDSignalFD
)

// PIDDetail says what is told of the ids of processes.
type PIDDetail uint8

const (
	PIDComm      PIDDetail = 1 << iota
	PIDNamespace           // the id in the tracer's pid namespace, where it is another one
)

// A Lookup finds out what the numbers stand for that a task hands to the kernel. What
// it tells is taken from the arena. It is asked while the task is stopped.
type Lookup interface {
	// FD tells of fd.Num, or of the working directory when fd.Set is not nil.
	FD(fd *value.FD, a *value.Arena, tid int, want FDDetail)
	// PID tells of p.Num, which is positive and in the task's own pid namespace.
	PID(p *value.PID, a *value.Arena, tid int, want PIDDetail)
	// Namespace returns a namespace of a task: "mnt:[4026531832]".
	Namespace(a *value.Arena, tid int, name string) string
	// Submissions returns where the entries are that the io_uring fd of a task is to take
	// next, at most n of them, and their size.
	Submissions(tid, fd, n int) (at []abi.Addr, size int)
	// VCPU returns which virtual processor the fd of a task is and where the task has it
	// mapped; zero for where if it is none or that is not known.
	VCPU(tid, fd int) (num int, at abi.Addr)
}

// NewLookup returns the Lookup that asks /proc.
func NewLookup() Lookup { return &procLookup{} }

// procLookup remembers nothing that a program could change behind its back.
type procLookup struct {
	buf     []byte // the link being looked at
	name    []byte
	files   procfs.Descriptors
	sockets procfs.Sockets
	ids     procfs.Translator
}

var deletedSuffix = []byte(" (deleted)")

// FD implements Lookup.
func (l *procLookup) FD(fd *value.FD, a *value.Arena, tid int, want FDDetail) {
	var err error
	if fd.Set != nil {
		l.buf, err = procfs.AppendCwd(l.buf[:0], tid)
	} else {
		l.buf, err = l.files.AppendLink(l.buf[:0], tid, int(fd.Num))
	}
	if err != nil || len(l.buf) == 0 {
		return
	}
	path := l.buf
	if bytes.HasSuffix(path, deletedSuffix) && !exists(path) {
		path, fd.Deleted = bytes.TrimSuffix(path, deletedSuffix), true
	}
	if fd.Set == nil && want&^FDPath != 0 {
		fd.Object = l.object(path, a, tid, int(fd.Num), want)
	}
	if want&FDPath != 0 || fd.Object != nil {
		fd.Path = text(append(a.Bytes(len(path)), path...))
	}
}

// exists reports whether a file has that name, which only looks as if it had none.
func exists(path []byte) bool {
	_, err := os.Lstat(string(path))
	return err == nil
}

// object finds out more of what a link of /proc names; nil when it is not asked for or
// there is nothing to tell.
func (l *procLookup) object(path []byte, a *value.Arena, tid, fd int, want FDDetail) value.Object {
	switch {
	case path[0] == '/':
		if want&FDDevice != 0 {
			return l.device(a, tid, fd)
		}
	case bytes.HasPrefix(path, []byte("socket:[")):
		if want&FDSocket != 0 {
			return l.socket(path, a, tid, fd)
		}
	case string(path) == "anon_inode:[pidfd]" || bytes.HasPrefix(path, []byte("pidfd:[")):
		if want&FDPIDFD != 0 {
			return l.pidFD(a, tid, fd, want)
		}
	case string(path) == "anon_inode:[eventfd]":
		if want&FDEventFD != 0 {
			return l.eventFD(a, tid, fd)
		}
	case string(path) == "anon_inode:[signalfd]":
		if want&FDSignalFD != 0 {
			return l.signalFD(a, tid, fd)
		}
	}
	return nil
}

// ptmxMajor and ptmxMinor are the device that makes pseudo terminals.
const (
	ptmxMajor = 5
	ptmxMinor = 2
)

func (l *procLookup) device(a *value.Arena, tid, fd int) value.Object {
	var s syscall.Stat_t
	err := syscall.Stat("/proc/"+strconv.Itoa(tid)+"/fd/"+strconv.Itoa(fd), &s)
	kind := s.Mode & syscall.S_IFMT
	if err != nil || kind != syscall.S_IFCHR && kind != syscall.S_IFBLK {
		return nil
	}
	d := value.Device{Block: kind == syscall.S_IFBLK, Major: uint32(s.Rdev >> 8 & 0xfff), Minor: uint32(s.Rdev&0xff | s.Rdev>>12&^0xff)}
	if !d.Block && d.Major == ptmxMajor && d.Minor == ptmxMinor {
		if info, err := l.files.Info(tid, fd); err == nil {
			d.Peer = "/dev/pts/" + strconv.Itoa(info.TTYIndex)
		}
	}
	return a.Device(d)
}

// socket tells of a socket, whose link holds its inode.
func (l *procLookup) socket(link []byte, a *value.Arena, tid, fd int) value.Object {
	inode := uint64(0)
	for _, c := range link[len("socket:["):] {
		if c < '0' || c > '9' {
			break
		}
		inode = 10*inode + uint64(c-'0')
	}
	f := l.sockets.Find(tid, fd, inode)
	if f == nil {
		return nil
	}
	return a.Socket(value.Socket{
		Protocol: f.Protocol,
		Inode:    f.Inode,
		Local:    f.Local,
		Remote:   f.Remote,
		Peer:     f.Peer,
		Name:     append(a.Bytes(len(f.Name)), f.Name...),
		Abstract: f.Abstract,
		Bound:    f.Bound,
		Family:   f.Family,
		Port:     f.Port,
	})
}

// pidFD tells of which process a descriptor is; one that is gone has no id.
func (l *procLookup) pidFD(a *value.Arena, tid, fd int, want FDDetail) value.Object {
	info, err := l.files.Info(tid, fd)
	if err != nil || info.Pid <= 0 {
		return nil
	}
	p := a.PIDFD(value.PIDFD{PID: int32(info.Pid)})
	if want&FDComm != 0 {
		p.Comm = l.comm(a, info.Pid)
	}
	return p
}

// comm returns the name of a task, by its id in our pid namespace.
func (l *procLookup) comm(a *value.Arena, tid int) string {
	l.name, _ = procfs.AppendComm(l.name[:0], tid)
	return text(append(a.Bytes(len(l.name)), l.name...))
}

func (l *procLookup) eventFD(a *value.Arena, tid, fd int) value.Object {
	info, err := l.files.Info(tid, fd)
	if err != nil {
		return nil
	}
	return a.EventFD(value.EventFD{Count: info.Count, ID: uint64(info.EventFD), Semaphore: info.Semaphore != 0})
}

func (l *procLookup) signalFD(a *value.Arena, tid, fd int) value.Object {
	info, err := l.files.Info(tid, fd)
	if err != nil {
		return nil
	}
	return a.SignalFD(value.SignalFD{Signals: signalArray(a, uint64(info.SigMask), 8)})
}

// PID implements Lookup.
func (l *procLookup) PID(p *value.PID, a *value.Arena, tid int, want PIDDetail) {
	ours := l.ids.Ours(tid, int(p.Num))
	if ours == 0 {
		return
	}
	if want&PIDNamespace != 0 && ours != int(p.Num) {
		p.Ours = int32(ours)
	}
	if want&PIDComm != 0 && !p.Group {
		p.Comm = l.comm(a, ours)
	}
}

// Namespace implements Lookup.
func (l *procLookup) Namespace(a *value.Arena, tid int, name string) string {
	l.buf, _ = procfs.AppendNamespace(l.buf[:0], tid, name)
	return text(append(a.Bytes(len(l.buf)), l.buf...))
}

// Submissions implements Lookup.
func (l *procLookup) Submissions(tid, fd, n int) (at []abi.Addr, size int) {
	ring, err := procfs.URing(tid, fd)
	if err != nil || ring == nil || len(ring.Pending) == 0 {
		return nil, 0
	}
	start, end, err := ring.Entries(tid)
	if err != nil {
		return nil, 0
	}
	step := abi.Addr(syscalls.UringEntrySize)
	if ring.Wide {
		step *= 2
	}
	for _, i := range ring.Pending[:min(n, len(ring.Pending))] {
		if here := start + abi.Addr(i)*step; here < end {
			at = append(at, here)
		}
	}
	return at, int(step)
}

// VCPU implements Lookup.
func (l *procLookup) VCPU(tid, fd int) (num int, at abi.Addr) {
	v, err := procfs.VCPU(tid, fd)
	if err != nil || v == nil {
		return 0, 0
	}
	return v.Num, v.At
}
