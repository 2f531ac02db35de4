package trace

import (
	"slices"

	"github.com/trapline/trapline/abi"
)

// restartNoHandler is -ERESTARTNOHAND: a call that returns it is started again
// unless a signal handler runs, and then returns EINTR.
const restartNoHandler = ^uint64(514 - 1)

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
