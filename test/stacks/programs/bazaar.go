//go:build ignore

// Bazaar is a web server and its customers in one program: the network's poller, timers,
// select, condition variables, channels and locks, all of them busy.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

type shelf struct {
	sync.RWMutex
	cond  *sync.Cond
	goods map[string]int
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.Lock()
	s.goods[r.URL.Path]++
	n := s.goods[r.URL.Path]
	s.cond.Broadcast()
	s.Unlock()
	select {
	case <-r.Context().Done():
	case <-time.After(time.Duration(n%3) * 100 * time.Microsecond):
	}
	fmt.Fprintln(w, strings.Repeat("thing ", n%100))
}

func (s *shelf) watch() {
	s.Lock()
	defer s.Unlock()
	for n := 0; ; n++ {
		s.cond.Wait()
		if n%10 == 0 {
			s.goods["seen"]++
		}
	}
}

func (s *shelf) count(out chan<- int) {
	for {
		s.RLock()
		total := 0
		for _, n := range s.goods {
			total += n
		}
		s.RUnlock()
		out <- total
	}
}

func customer(address string, n int) {
	client := &http.Client{Timeout: time.Minute}
	for {
		answer, err := client.Get(fmt.Sprintf("http://%s/%d", address, n))
		if err != nil {
			continue
		}
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}
}

func clerk(in <-chan int, tick *time.Ticker) {
	for total := 0; ; {
		select {
		case n := <-in:
			total += n
		case <-tick.C:
			total = 0
		}
	}
}

func porter(work <-chan func(), group *sync.WaitGroup) {
	for f := range work {
		f()
		group.Done()
	}
}

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	s := &shelf{goods: map[string]int{}}
	s.cond = sync.NewCond(s)
	go http.Serve(l, s)
	numbers, work := make(chan int), make(chan func(), 4)
	var group sync.WaitGroup
	for n := range 6 {
		go customer(l.Addr().String(), n)
		go porter(work, &group)
		go s.watch()
	}
	go s.count(numbers)
	go clerk(numbers, time.NewTicker(time.Millisecond))
	go func() {
		<-context.Background().Done()
	}()
	fmt.Println("ready")
	for {
		for range 20 {
			group.Add(1)
			work <- func() { fmt.Sprint(strings.Fields(strings.Repeat("x ", 100))) }
		}
		group.Wait()
	}
}
