package ptrace

import (
	"slices"
	"syscall"

	"github.com/trapline/trapline/abi"
)

// What the kernel's own codes tell about a call that a task was woken from.
const (
	// RestartBlock is ERESTART_RESTARTBLOCK: the kernel will go on with the call
	// through restart_syscall, unless a signal handler runs.
	RestartBlock = 516
	// restartNoHandler is ERESTARTNOHAND: a call that returns it is started again
	// unless a signal handler runs, and then returns EINTR.
	restartNoHandler = 514
	restartSys       = 512 // ERESTARTSYS, the first of the codes
)

// Broken returns the call that PTRACE_INTERRUPT has woken a task from, by the task's
// registers in the stop, and the error that it ended with: EINTR or one of the kernel's
// own by which it is started again. Zero stands for a task that was not in a call or had
// come to its end, and for an ABI whose registers do not tell.
func Broken(r *abi.Regs) (c abi.Call, errno int) {
	if r.ABI.NR < 0 || int64(signExtend(r.ABI, r.Values[r.ABI.NR])) < 0 {
		return abi.Call{}, 0
	}
	errno = int(-int64(signExtend(r.ABI, r.Values[r.ABI.Result])))
	if errno != int(syscall.EINTR) && (errno < restartSys || errno > RestartBlock) {
		return abi.Call{}, 0
	}
	c = abi.Call{ABI: r.ABI, NR: r.Values[r.ABI.NR]}
	for i, reg := range r.ABI.Args {
		c.Args[i] = r.Values[reg]
	}
	return c, errno
}

// Repair sees to it that the kernel starts a Broken call again. It does so by itself with
// most; the others would end with an error that the program can only get from us.
func Repair(tid int, r *abi.Regs) error {
	c, errno := Broken(r)
	if errno != int(syscall.EINTR) || !restartable(&c) {
		return nil
	}
	again := *r
	again.Values[r.ABI.Result] = r.ABI.TruncateReg(^uint64(restartNoHandler - 1))
	return SetRegs(tid, &again)
}

func signExtend(a *abi.ABI, v uint64) uint64 {
	if a.Reg == 4 {
		return uint64(int32(v))
	}
	return v
}

// restartable says whether a call that returned EINTR has done nothing yet, so that
// starting it again is what the program would see without us. These are the calls
// that signal(7) lists as failing with EINTR even after a stop that runs no
// handler. A timeout begins anew.
func restartable(c *abi.Call) bool {
	return slices.Contains(restartableCalls[c.ABI.Name], c.NR&^c.ABI.NRBit)
}

var restartableCalls = map[string][]uint64{
	"amd64": {
		0,   // read, of a socket with SO_RCVTIMEO
		43,  // accept, likewise
		45,  // recvfrom
		47,  // recvmsg
		65,  // semop
		128, // rt_sigtimedwait
		208, // io_getevents
		220, // semtimedop
		232, // epoll_wait
		281, // epoll_pwait
		288, // accept4
		333, // io_pgetevents
		426, // io_uring_enter
		441, // epoll_pwait2
	},
	"x32": {
		0, 43, 65, 208, 220, 232, 281, 288, 333, 426, 441, // as on amd64
		517, // recvfrom
		519, // recvmsg
		523, // rt_sigtimedwait
	},
	"i386": {
		3,   // read
		102, // socketcall
		117, // ipc: semop
		177, // rt_sigtimedwait
		247, // io_getevents
		256, // epoll_wait
		319, // epoll_pwait
		364, // accept4
		371, // recvfrom
		372, // recvmsg
		385, // io_pgetevents
		416, // io_pgetevents_time64
		420, // semtimedop_time64
		421, // rt_sigtimedwait_time64
		426, // io_uring_enter
		441, // epoll_pwait2
	},
}
