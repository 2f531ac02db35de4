package trace

import (
	"encoding/binary"
	"syscall"

	"github.com/trapline/trapline/internal/ptrace"
)

// A stop that wait has told of can be over before we look at it: SIGKILL sends the
// task on to the stop of its exit, and an execve by another thread puts that one, in
// its exec stop, in the leader's place. What we would ask and change is then another
// stop's, and resuming would skip it. So each kind of stop is recognised by what the
// kernel says of it now; one that is over is left alone, because wait has yet to
// report what came after it.

// overtaken says whether the task is not in a stop of this event any more.
func (t *Tracer) overtaken(tid, event int) bool {
	info := t.siginfo[:]
	if err := ptrace.GetSigInfo(tid, info); err != nil {
		return t.failed(err)
	}
	return int(siginfoCode(info)>>8) != event
}

// siginfoSignal is si_signo.
func siginfoSignal(info []byte) syscall.Signal {
	return syscall.Signal(binary.NativeEndian.Uint32(info))
}

// siginfoCode is si_code; in a stop with an event that is in its second byte.
func siginfoCode(info []byte) int32 { return int32(binary.NativeEndian.Uint32(info[8:])) }
