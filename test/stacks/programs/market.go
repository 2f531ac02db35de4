//go:build ignore

// Market is goroutines in every state: some wait on channels, locks, timers and the network, some
// compute. With the argument "waiting" none computes.
package main

import (
	"fmt"
	"net"
	"os"
	"sort"
	"strings"
	"sync"
	"time"
)

var (
	sink  int
	lock  sync.Mutex
	never = make(chan int)
)

type stall struct{ goods []string }

type seller interface{ sell(n int) int }

//go:noinline
func (s *stall) sell(n int) int {
	goods := append([]string(nil), s.goods...)
	sort.Slice(goods, func(i, j int) bool { return len(goods[i])*n%7 < len(goods[j])*n%7 })
	return len(strings.Join(goods, fmt.Sprint(n)))
}

func sum[T int | float64](values ...T) (total T) {
	for _, v := range values {
		total += v
	}
	return total
}

//go:noinline
func haggle(depth int, s seller) int {
	if depth == 0 {
		return s.sell(depth)
	}
	return haggle(depth-1, s) + sum(depth, 1, 2)
}

func trade(s seller) {
	total := 0
	for n := 0; ; n++ {
		total += haggle(n%50, s)
		func() {
			defer func() { recover() }()
			if n%3 == 0 {
				panic("sold out")
			}
		}()
	}
}

//go:noinline
func receive(c chan int) { sink = <-c }

func choose() {
	select {
	case <-never:
	case never <- 1:
	case <-time.After(time.Hour):
	}
}

func acquire() {
	lock.Lock()
	defer lock.Unlock()
}

func accept() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		l.Accept()
	}
}

func together() {
	var group sync.WaitGroup
	for range 3 {
		group.Add(1)
		go func() {
			defer group.Done()
			receive(never)
		}()
	}
	group.Wait()
}

func main() {
	lock.Lock()
	go choose()
	go acquire()
	go accept()
	go together()
	go time.Sleep(time.Hour)
	if len(os.Args) == 1 {
		s := &stall{strings.Fields("apples pears plums cherries figs quinces medlars")}
		for range 3 {
			go trade(s)
		}
	}
	time.Sleep(100 * time.Millisecond) // until all of them wait
	fmt.Println("ready")
	(&stall{}).rest()
}

//go:noinline
func (s *stall) rest() { receive(never) }
