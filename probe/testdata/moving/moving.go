// Moving has goroutines that make a call, block in it so that another thread goes on with it, and
// have their stacks moved.
package main

import (
	"fmt"
	"sync"
	"time"
)

//go:noinline
func work(n int) int {
	time.Sleep(time.Microsecond)
	return grow(n%20) - n%20 + 2*n
}

//go:noinline
func grow(depth int) int {
	var space [512]byte
	space[depth] = byte(depth)
	if depth == 0 {
		return int(space[0])
	}
	return grow(depth-1) + int(space[depth])/max(depth, 1)
}

func main() {
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			for j := range 10 {
				if n := 10*i + j; work(n) != 2*n {
					panic(n)
				}
			}
		})
	}
	all.Wait()
	fmt.Println("moving: done")
}
