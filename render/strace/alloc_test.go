package strace

import (
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/value"
)

// discard is the fastest Sink.
type discard struct{}

func (discard) Write([]byte) {}

// page is memory that ends after all that is read of it, because a read that fails
// makes an error.
var page mem.Reader = mem.Snapshot{{Addr: 0x1000, Data: make([]byte, 8192)}}

// loop plays calls of one task to a Printer, over and over.
type loop struct {
	*script
	l     *line
	calls []abi.Call
	enter trace.SyscallEnter
}

func newLoop(t *testing.T, options ...string) *loop {
	s := newScript(t, options)
	s.p.o.Out = discard{}
	lp := &loop{script: s, l: s.p.add(7)}
	for _, c := range []struct {
		name string
		args [6]uint64
	}{
		{"read", [6]uint64{3, 0x1000, 16}},
		{"openat", [6]uint64{0xffffff9c, 0x1000, 0x80241, 0o644}},
		{"close", [6]uint64{3}},
		{"mmap", [6]uint64{0, 8192, 3, 0x22, 0xffffffff, 0}},
		{"rt_sigprocmask", [6]uint64{0, 0x1000, 0, 8}},
	} {
		nr, _ := s.row(abi.AMD64, c.name)
		lp.calls = append(lp.calls, abi.Call{ABI: abi.AMD64, NR: nr, Args: c.args})
	}
	return lp
}

func (lp *loop) play(choices *choices) {
	for _, c := range lp.calls {
		lp.enter.Call = c
		lp.l.call.Enter(c, choices.of(c).row, decode.Mode{Strings: 32}, page)
		lp.p.enter(lp.l, &lp.enter, lp.now)
		lp.l.call.Exit(abi.Result{Value: 7}, page)
		lp.p.exit(lp.l, lp.now)
	}
}

// TestAllocations holds that a call costs no memory once the buffers have grown.
func TestAllocations(t *testing.T) {
	for _, options := range [][]string{nil, {"-t=us", "-r=us", "-T=us", "-i", "-n", "-N"}, {"-z"}, {"color"}} {
		lp, choices := newLoop(t, options...), &choices{}
		lp.play(choices)
		if n := testing.AllocsPerRun(100, func() { lp.play(choices) }); n != 0 {
			t.Errorf("options %v: %v allocations for %d calls", options, n, len(lp.calls))
		}
	}
}

func TestSignalAllocations(t *testing.T) {
	lp := newLoop(t)
	info := make([]byte, 128)
	info[0], info[8] = 17, 1
	var arena value.Arena
	show := func() {
		arena.Reset()
		lp.p.signal(lp.l, 17, decode.Siginfo(&arena, info, abi.AMD64), lp.now)
	}
	show()
	if n := testing.AllocsPerRun(100, show); n != 0 {
		t.Errorf("%v allocations for a signal", n)
	}
}

func BenchmarkCalls(b *testing.B) {
	lp, choices := newLoop(nil), &choices{}
	b.ReportAllocs()
	for b.Loop() {
		lp.play(choices)
	}
}
