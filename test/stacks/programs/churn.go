//go:build ignore

// Churn makes garbage from many goroutines: its stacks grow and shrink, and the collector is
// always at work.
package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
)

type leaf struct {
	left, right *leaf
	data        [10]int
}

func grow(depth int) *leaf {
	if depth == 0 {
		return &leaf{}
	}
	return &leaf{left: grow(depth - 1), right: grow(depth - 1)}
}

//go:noinline
func dive(depth int, room [64]int) int {
	if depth == 0 {
		return len(fmt.Sprint(grow(4).data, room[depth]))
	}
	room[depth%64] = depth
	return dive(depth-1, room) + room[depth%64]
}

func work(n int) {
	pool := sync.Pool{New: func() any { return new([1000]byte) }}
	for {
		done := make(chan int)
		go func() { done <- dive(n*7%90, [64]int{}) }()
		pool.Put(pool.Get())
		l := grow(6)
		runtime.SetFinalizer(l, func(*leaf) {})
		<-done
	}
}

func main() {
	debug.SetGCPercent(10)
	for n := range 8 {
		go work(n)
	}
	fmt.Println("ready")
	work(9)
}
