//go:build ignore
// +build ignore

// Elder is a program that every Go since 1.16 compiles: goroutines that wait, compute and make garbage.
package main

import (
	"fmt"
	"net"
	"sync"
	"time"
)

var (
	never = make(chan int)
	lock  sync.Mutex
	cond  = sync.NewCond(&sync.Mutex{})
	sink  []*int
)

func deep(n int, f func()) int {
	if n == 0 {
		f()
		return 1
	}
	return deep(n-1, f) + 1
}

func choose() {
	select {
	case <-never:
	case <-time.After(time.Hour):
	}
}

func await() {
	cond.L.Lock()
	cond.Wait()
}

func accept() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		l.Accept()
	}
}

func pass(in, out chan int) {
	for n := range in {
		out <- n + 1
	}
}

func compute() {
	for n := 0; ; n++ {
		deep(n%40, func() { sink = append(sink[:0], new(int)) })
	}
}

func main() {
	lock.Lock()
	var group sync.WaitGroup
	group.Add(1)
	for _, f := range []func(){choose, accept, await, lock.Lock, group.Wait, func() { <-never }, func() { time.Sleep(time.Hour) }} {
		f := f
		go deep(20, f)
	}
	ping, pong := make(chan int), make(chan int)
	go pass(ping, pong)
	go pass(pong, ping)
	go compute()
	ping <- 0
	time.Sleep(50 * time.Millisecond)
	fmt.Println("ready")
	group.Wait()
}
