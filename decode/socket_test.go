package decode

import (
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
)

// words is memory of 64-bit words at an address.
func words(at abi.Addr, words ...uint64) mem.Span {
	data := make([]byte, 0, 8*len(words))
	for _, w := range words {
		for i := range 8 {
			data = append(data, byte(w>>(8*i)))
		}
	}
	return mem.Span{Addr: at, Data: data}
}

// The calls that servers live on allocate nothing either.
func TestSocketsAllocateNothing(t *testing.T) {
	m := mem.Snapshot{
		words(0x1000, 0x2000, 16, 0x3000, 1, 0x4000, 32, 0), // a msghdr, and a mmsghdr
		words(0x1038, 5),
		words(0x2000, 0x0100007f901f0002, 0),                           // 127.0.0.1:8080
		words(0x3000, 0x5000, 16),                                      // an iovec
		words(0x4000, 32, 0x1d00000001, 7, 9),                          // a timestamp
		words(0x5000, 0x6f6c6c6568, 1),                                 // "hello"
		words(0x6000, 16, 5),                                           // a length, and a time
		words(0x7000, 0x1000100000003, 1, 2, 1000),                     // a pollfd
		words(0x8000, 0x000000350000000a, 0, 0, 0x0100000000000000, 1), // [::1]:13568
	}
	for name, s := range map[string]sample{
		"connect":    newSample(t, "connect", 0, 3, 0x2000, 16),
		"bind":       newSample(t, "bind", 0, 3, 0x8000, 28),
		"accept4":    newSample(t, "accept4", 5, 3, 0x2000, 0x6000, 0x80000),
		"sendto":     newSample(t, "sendto", 16, 3, 0x5000, 16, 0x4000, 0, 0),
		"recvfrom":   newSample(t, "recvfrom", 5, 3, 0x5000, 16, 0, 0x2000, 0x6000),
		"sendmsg":    newSample(t, "sendmsg", 16, 3, 0x1000, 0),
		"recvmsg":    newSample(t, "recvmsg", 5, 3, 0x1000, 0),
		"sendmmsg":   newSample(t, "sendmmsg", 1, 3, 0x1000, 1, 0),
		"recvmmsg":   newSample(t, "recvmmsg", 1, 3, 0x1000, 1, 0, 0x6000),
		"setsockopt": newSample(t, "setsockopt", 0, 3, 1, 2, 0x6000, 4),
		"getsockopt": newSample(t, "getsockopt", 0, 3, 1, 4, 0x5000, 0x6000),
		"poll":       newSample(t, "poll", 1, 0x7000, 1, 5),
		"select":     newSample(t, "select", 1, 4, 0x7000, 0, 0, 0x6000),
		"epoll_wait": newSample(t, "epoll_wait", 1, 3, 0x7000, 9, 5),
		"futex":      newSample(t, "futex", 0, 0x1000, 0x189, 5, 0x7000, 0, 1<<32-1),
		"wake":       newSample(t, "futex", 0, 0x1000, 0x85, 5, 1, 0x2000, 0x0400a003),
		"nanosleep":  newSample(t, "nanosleep", 0, 0x6000, 0),
		"semop":      newSample(t, "semop", 0, 3, 0x7000, 1),
		"shmget":     newSample(t, "shmget", 0, 3, 0x7000, 0x54000b80),
		"time":       newSample(t, "time", 1795904322, 0),
	} {
		s.m = m
		var c Call
		s.decode(&c)
		if n := testing.AllocsPerRun(100, func() { s.decode(&c) }); n != 0 {
			t.Errorf("%s: %v allocations a call", name, n)
		}
	}
}
