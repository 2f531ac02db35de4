package decode

import (
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// fd decodes a descriptor with what it refers to, if that is asked for.
func (x *context) fd(t syscalls.FD, w uint64) value.Value {
	if t.At && int32(w) == atCWD {
		return x.special(int32(w), currentDir)
	}
	owner := x.c.TID
	switch {
	case t.Bare:
		return x.bareDescriptor(int32(w))
	case t.Of != "":
		pid, _ := x.sibling(t.Of)
		owner = x.ours(int32(pid))
	case t.PIDFD != "":
		pidfd, _ := x.sibling(t.PIDFD)
		owner = x.behindPIDFD(int32(pidfd))
	}
	return x.descriptorOf(owner, int32(w))
}

// descriptor makes a descriptor of the caller.
func (x *context) descriptor(num int32) *value.FD { return x.descriptorOf(x.c.TID, num) }

// bareDescriptor makes a descriptor of which nothing more is told.
func (x *context) bareDescriptor(num int32) *value.FD { return x.a.FD(num) }

// descriptorOf makes a descriptor of the task owner, zero when that is not known.
func (x *context) descriptorOf(owner int, num int32) *value.FD {
	fd := x.a.FD(num)
	if num >= 0 {
		x.refer(fd, owner)
	}
	return fd
}

// special makes a number of set that stands for the working directory.
func (x *context) special(num int32, set *uapi.Set) *value.FD {
	fd := x.a.FD(num)
	fd.Set = set
	if num == atCWD {
		x.refer(fd, x.c.TID)
	}
	return fd
}

// refer finds out what fd refers to, as far as that is asked for.
func (x *context) refer(fd *value.FD, owner int) {
	want := x.c.mode.FDs
	if want == 0 || owner == 0 || x.c.Lookup == nil {
		return
	}
	if x.c.mode.PIDs&PIDComm != 0 {
		want |= FDComm
	}
	x.c.Lookup.FD(fd, x.a, owner, want)
}

// behindPIDFD returns the process that a descriptor of the caller refers to, zero when
// that is not needed or not known.
func (x *context) behindPIDFD(num int32) int {
	if x.c.mode.FDs == 0 || x.c.TID == 0 || x.c.Lookup == nil || num < 0 {
		return 0
	}
	fd := x.a.FD(num)
	x.c.Lookup.FD(fd, x.a, x.c.TID, FDPIDFD)
	if p, ok := fd.Object.(*value.PIDFD); ok {
		return int(p.PID)
	}
	return 0
}
