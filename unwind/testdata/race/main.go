// A program whose goroutine writes to memory all the time: built with -race, most of what it does
// is done by the race detector.
package main

import "os"

var shared [1000]int

//go:noinline
func write(n, depth int) {
	shared[n%len(shared)] += n
	if depth > 0 {
		write(n+1, depth-1)
	}
}

//go:noinline
func work() {
	for n := 0; ; n++ {
		write(n, 20)
	}
}

func main() {
	os.Stdout.WriteString("ready\n")
	work()
}
