// Panics dies of a nil pointer while other goroutines wait and run, and leaves a core and its
// own account of them.
package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
)

var (
	never sync.Mutex
	ready sync.WaitGroup
	none  *int
)

func receives(c chan int) {
	ready.Done()
	<-c
}

func locks(deep int) {
	if deep > 0 {
		locks(deep - 1)
		return
	}
	ready.Done()
	never.Lock()
}

func main() {
	debug.SetTraceback("crash")
	var core syscall.Rlimit
	syscall.Getrlimit(syscall.RLIMIT_CORE, &core)
	core.Cur = core.Max
	syscall.Setrlimit(syscall.RLIMIT_CORE, &core)
	never.Lock()
	ready.Add(6)
	for i := range 3 {
		go receives(make(chan int))
		go locks(i)
	}
	ready.Wait()
	for waiting() < 6 {
		runtime.Gosched()
	}
	os.Stdout.WriteString("panics: now\n")
	dies()
}

// waiting is how many of the goroutines wait.
func waiting() (n int) {
	buf := make([]byte, 1<<16)
	for _, state := range []string{"[chan receive", "[sync.Mutex.Lock"} {
		rest := string(buf[:runtime.Stack(buf, true)])
		for i := range rest {
			if len(rest)-i > len(state) && rest[i:i+len(state)] == state {
				n++
			}
		}
	}
	return n
}

//go:noinline
func dies() { *none++ }
