package unwind

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
)

// A GoThread is what the runtime has of a thread that a goroutine runs on: what a walk
// reads that comes from one of the thread's stacks to another.
type GoThread struct {
	M         abi.Addr // the structure of the thread, for an Unwinder
	G, G0     abi.Addr // those of the goroutine and of the scheduler
	Low, High abi.Addr // the goroutine's stack
	SP        abi.Addr // where the goroutine left it the last time
	Scheduler abi.Addr // where to go on on the scheduler's stack, on which C's frames are too
	Top       abi.Addr // the end of the scheduler's stack, as far as Go knows
}

// GoStruct is how much of each structure a walk reads at the most.
const GoStruct = 256

// Thread returns what the runtime has of a thread; it is not ok for one without a goroutine.
func (r *GoRuntime) Thread(memory mem.Reader, tid int) (t GoThread, ok bool) {
	if t, ok = r.thread(memory, tid); !ok {
		if _, err := r.List(memory); err == nil {
			t, ok = r.thread(memory, tid)
		}
	}
	return t, ok
}

// thread is Thread for one that has been seen before.
func (r *GoRuntime) thread(memory mem.Reader, tid int) (t GoThread, ok bool) {
	t.M = r.machines[tid]
	if t.M == 0 {
		return t, false
	}
	word := abi.Addr(r.abi.Word)
	at := func(base, offset abi.Addr) abi.Addr {
		v, err := r.word(memory, base+offset)
		ok = ok && err == nil
		return abi.Addr(v)
	}
	ok = true
	if id := at(t.M, abi.Addr(r.layout.tid)); int(uint32(id)) != tid {
		return t, false
	}
	t.G0, t.G = at(t.M, goG0), at(t.M, abi.Addr(r.layout.current))
	if t.G == 0 {
		return t, false
	}
	t.Low, t.High = at(t.G, goStackLo), at(t.G, goStackHi*word)
	t.SP, t.Scheduler, t.Top = at(t.G, goSchedSP*word), at(t.G0, goSchedSP*word), at(t.G0, goStackHi*word)
	return t, ok
}
