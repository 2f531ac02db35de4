// Everything that takes a thread from one of Go's stacks to another, over and over.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"
)

//go:noinline
func grow(n int, p *int) int {
	var room [128]int
	room[n] = *p
	if n == 0 {
		return room[0]
	}
	return grow(n-1, &room[n]) + 1
}

//go:noinline
func fault(p *int) (err any) {
	defer func() { err = recover() }()
	return *p
}

var sink []*[100]int

func round(c chan os.Signal) {
	var wg sync.WaitGroup
	wg.Add(2)
	go func() { grow(20, new(int)); wg.Done() }()
	go func() { time.Now(); runtime.Gosched(); wg.Done() }()
	wg.Wait()
	fault(nil)
	sink = sink[:0]
	for range 50 {
		sink = append(sink, new([100]int))
	}
	syscall.Kill(syscall.Getpid(), syscall.SIGUSR1)
	<-c
	debug.FreeOSMemory()
	os.Getwd()
	spin()
	done := make(chan bool)
	go func() {
		runtime.LockOSThread() // its thread ends with it, and another is begun
		close(done)
	}()
	<-done
}

var spins int

// spin computes without a call until it may have been asked to make room for others.
//
//go:noinline
func spin() {
	for range 2000 {
		spins++
	}
}

func main() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGUSR1)
	fmt.Println("ready")
	for {
		round(c)
	}
}
