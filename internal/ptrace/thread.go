package ptrace

import (
	"runtime"
	"syscall"
	"time"
)

// A Thread runs functions on one OS thread, in order. The kernel ties a tracee to
// the thread that seized it, and when that thread ends it lets every tracee go
// on without disturbing a call that one is blocked in. So the thread is never
// given back to the Go scheduler: it ends with its goroutine.
type Thread struct {
	work chan func()
	tid  int
}

// StartThread starts a thread.
func StartThread() *Thread {
	th := &Thread{work: make(chan func())}
	ready := make(chan struct{})
	go th.serve(ready)
	<-ready
	return th
}

// serve locks its OS thread and runs what Do sends. The thread must be one that can
// end, which the process's main thread cannot, and that has started no other
// child: waiting for tracees would reap it. A goroutine that finds itself on
// another one leaves the work to the next.
func (th *Thread) serve(ready chan struct{}) {
	runtime.LockOSThread()
	if th.tid = Gettid(); th.tid == syscall.Getpid() || HasChildren() {
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

// TID is the thread's id, which the kernel calls the tracer's.
func (th *Thread) TID() int { return th.tid }

// Do runs f on the thread and waits for it.
func (th *Thread) Do(f func()) {
	done := make(chan struct{})
	th.work <- func() {
		defer close(done)
		f()
	}
	<-done
}

// End ends the thread and, if it has tracees, waits until the kernel has let them go.
func (th *Thread) End(tracees bool) {
	close(th.work)
	for pid := syscall.Getpid(); tracees && Tgkill(pid, th.tid, 0) == nil; {
		time.Sleep(20 * time.Microsecond)
	}
}
