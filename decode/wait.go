package decode

import (
	"strconv"
	"sync"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// waitTexts are the ways C asks for a wait status, by what they find. They are made
// when a status is first met.
var waitTexts = sync.OnceValue(newWaitTexts)

// A waitTable is the texts of the statuses of each way to end or to stop.
type waitTable struct {
	exited   [256]string
	signaled [128]string
	dumped   [128]string
	stopped  [256]string
}

func newWaitTexts() *waitTable {
	t := &waitTable{}
	for i := range t.exited {
		t.exited[i] = "WIFEXITED(s) && WEXITSTATUS(s) == " + strconv.Itoa(i)
		t.stopped[i] = "WIFSTOPPED(s) && WSTOPSIG(s) == " + stopText(i)
	}
	for i := range t.signaled {
		t.signaled[i] = "WIFSIGNALED(s) && WTERMSIG(s) == " + signalText(i)
		t.dumped[i] = t.signaled[i] + " && WCOREDUMP(s)"
	}
	return t
}

// stopText names a signal that stopped a task; PTRACE_O_TRACESYSGOOD marks a
// system call by 0x80.
func stopText(sig int) string {
	if sig&0x80 != 0 {
		return signalText(sig&^0x80) + " | 0x80"
	}
	return signalText(sig)
}

func signalText(sig int) string {
	if name, ok := uapi.Signals.Find(uint64(sig)); ok {
		return name
	}
	return strconv.Itoa(sig)
}

// waitEvents names the ptrace events that stand above a wait status.
var waitEvents = &uapi.Set{Name: uapi.PtraceEvents.Name, Sorted: uapi.PtraceEvents.Sorted, Consts: uapi.PtraceEvents.Consts}

// waitStatus decodes the status of a child, if the call has found one.
func waitStatus(x *context, w uint64) value.Value {
	if x.arg(0) == 0 {
		return nil
	}
	status, ok := x.load(abi.Addr(w), 4)
	if !ok || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	return x.one(x.status(status))
}

func (x *context) status(s uint64) value.Value {
	const event = 0xffff0000
	text, isStop := waitText(s)
	if text == "" {
		return x.a.Int(s, 4, value.Hex)
	}
	v := x.a.Struct(append(x.a.Fields(1), value.Field{Value: x.a.Macro(text)}), false)
	if !isStop || s&event == 0 {
		return v
	}
	if _, known := waitEvents.Find(s >> 16); known {
		return x.a.Or(v, x.a.Macro("<<", x.a.Flags(s>>16, 2, waitEvents), x.a.Int(16, 4, value.Unsigned)))
	}
	return x.a.Or(v, x.a.Int(s&event, 4, value.Hex))
}

// waitText says what a wait status means, empty when nothing; stopped is true when
// an event may stand above it.
func waitText(s uint64) (text string, stopped bool) {
	low, high := s&0xff, s>>8&0xff
	switch {
	case s == 0xffff:
		return "WIFCONTINUED(s)", false
	case low == 0x7f:
		return waitTexts().stopped[high], true
	case s&^0xffff != 0:
		return "", false
	case low == 0:
		return waitTexts().exited[high], false
	case high != 0:
		return "", false
	case low&0x80 != 0:
		return waitTexts().dumped[low&0x7f], false
	}
	return waitTexts().signaled[low], false
}

// childUsage decodes what a child has used, if the call has found one.
func childUsage(x *context, w uint64) value.Value {
	if x.arg(0) == 0 {
		return nil
	}
	return x.recordAt(syscalls.Rusage, abi.Addr(w))
}
