// Goroutines that wait for all sorts of things. Its last words, after SIGQUIT, are its own
// dump of them.
package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"sync"
	"syscall"
)

type box[T any] struct{ c chan T }

//go:noinline
func (b box[T]) take() T { return <-b.c }

//go:noinline
func deep(n int, f func()) int {
	if n == 0 {
		f()
		return 1
	}
	return deep(n-1, f) + 1
}

func inlined(c chan int) int  { return inlined2(c) + 1 }
func inlined2(c chan int) int { return <-c + 1 }

// settled reports whether every goroutine but this one has come to where it stays.
func settled() bool {
	dump := make([]byte, 1<<20)
	dump = dump[:runtime.Stack(dump, true)]
	return bytes.Count(dump, []byte(" [running")) == 1 && !bytes.Contains(dump, []byte(" [runnable"))
}

func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	mu.Lock()
	wg.Add(1)
	never, other := make(chan int), make(chan string)
	started := make(chan bool)
	pipe := make([]int, 2)
	syscall.Pipe(pipe)
	for _, f := range []func(){
		func() { <-never },
		func() { inlined(never) },
		func() { box[string]{other}.take() },
		func() {
			select {
			case <-never:
			case <-other:
			}
		},
		func() { mu.Lock() },
		func() { wg.Wait() },
		func() { syscall.Read(pipe[0], make([]byte, 1)) },
		func() { select {} },
	} {
		go func() {
			started <- true
			deep(20, f)
		}()
		<-started
	}
	for !settled() {
		runtime.Gosched()
	}
	fmt.Println("ready")
	syscall.Read(0, make([]byte, 1))
	os.Exit(1)
}
