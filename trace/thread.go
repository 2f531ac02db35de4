package trace

import (
	"runtime"
	"syscall"
	"time"

	"github.com/trapline/trapline/internal/ptrace"
)

// A thread runs functions on one OS thread, in order. The kernel ties a tracee to
// the thread that seized it, and when that thread ends it lets every tracee go
// on without disturbing a call that one is blocked in. So the thread is never
// given back to the Go scheduler: it ends with its goroutine.
type thread struct {
	work chan func()
	tid  int
}

func startThread() *thread {
	th := &thread{work: make(chan func())}
	ready := make(chan struct{})
	go th.serve(ready)
	<-ready
	return th
}

// serve locks its OS thread and runs what do sends. The thread must be one that can
// end, which the process's main thread cannot, and that has started no other
// child: waiting for tracees would reap it. A goroutine that finds itself on
// another one leaves the work to the next.
func (th *thread) serve(ready chan struct{}) {
	runtime.LockOSThread()
	if th.tid = ptrace.Gettid(); th.tid == syscall.Getpid() || ptrace.HasChildren() {
		go th.serve(ready)
		<-ready
		runtime.UnlockOSThread()
		return
	}
	close(ready)
	for f := range th.work {
		f()
	}
}

// do runs f on the thread and waits for it.
func (th *thread) do(f func()) {
	done := make(chan struct{})
	th.work <- func() {
		defer close(done)
		f()
	}
	<-done
}

// end ends the thread and, if it has tracees, waits until the kernel has let them go.
func (th *thread) end(tracees bool) {
	close(th.work)
	for pid := syscall.Getpid(); tracees && ptrace.Tgkill(pid, th.tid, 0) == nil; {
		time.Sleep(20 * time.Microsecond)
	}
}
