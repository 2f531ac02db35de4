package trace

import (
	"encoding/binary"
	"syscall"

	"github.com/trapline/trapline/internal/ptrace"
)

// What a handler wants sent at a call is the task's as it is resumed, and comes from the
// kernel (SI_KERNEL). At the stop of a filter the kernel takes no signal from us. There it
// is sent like any other, and made the kernel's when it is about to be delivered.

// send sends a task a signal at the stop of a filter.
func (t *Tracer) send(task *Task, sig *syscall.Signal) {
	if sig == nil || *sig == 0 {
		return
	}
	task.sent |= sentBit(*sig)
	t.failed(ptrace.Tgkill(task.tgid, task.tid, *sig))
}

func sentBit(sig syscall.Signal) uint64 { return 1 << (uint(sig) % 64) }

// The si_code values of signals by tgkill and by the kernel.
const (
	siTkill  = -6
	siKernel = 0x80
)

// disown makes a signal that send has sent the kernel's.
func (t *Tracer) disown(task *Task, info []byte) {
	bit := sentBit(siginfoSignal(info))
	if task.sent&bit == 0 || siginfoCode(info) != siTkill {
		return
	}
	task.sent &^= bit
	binary.NativeEndian.PutUint32(info[8:], siKernel)
	clear(info[12:])
	t.failed(ptrace.SetSigInfo(task.tid, info))
}
