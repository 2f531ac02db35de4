package capture_test

import (
	"encoding/binary"
	"errors"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/capture"
	"github.com/trapline/trapline/internal/fixture"
)

// The word that the program stacks has in its outermost function.
const magic = 0x0123456789abcdef

// A towered is a program with a word at the bottom of its stack.
type towered struct {
	*fixture.Process
	word, innermost abi.Addr
}

func towers(t *testing.T, kind string) *towered {
	t.Helper()
	p := &towered{Process: fixture.Start(t, fixture.Build(t, "stacks"), kind)}
	if kind == "grown" {
		p.Await("stacks: ready")
	} else {
		p.locate()
	}
	return p
}

// locate learns where the ends of the stack are.
func (p *towered) locate() {
	p.word = abi.Addr(p.Await("stacks: word %x"))
	p.innermost = abi.Addr(p.Await("stacks: innermost %x"))
}

// word reads a word.
func word(c *capture.Process, addr abi.Addr) (uint64, error) {
	var raw [8]byte
	_, err := c.Memory.ReadMem(raw[:], addr)
	return binary.NativeEndian.Uint64(raw[:]), err
}

// has checks that the word has been copied with the stack.
func (p *towered) has(t *testing.T, c *capture.Process) {
	t.Helper()
	if got, err := word(c, p.word); err != nil || got != magic {
		t.Errorf("the word is %#x, %v", got, err)
	}
}

// The stacks that signal handlers on alternate stacks have interrupted are copied, one below
// the other.
func TestAlternateStacks(t *testing.T) {
	p := towers(t, "alternate")
	p.AwaitState("S")
	p.has(t, take(t, p.PID(), capture.Options{}))
}

// The stack grows after the mappings have been read.
func TestGrownStack(t *testing.T) {
	p := towers(t, "grown")
	capture.Before(t, capture.Seize, func() {
		p.Tell()
		p.locate()
	})
	c := take(t, p.PID(), capture.Options{})
	p.has(t, c)
	walkable(t, c)
}

// Of a deep stack the innermost 8 MiB are copied, and nothing is said of the rest.
func TestDeepStack(t *testing.T) {
	p := towers(t, "deep")
	p.AwaitState("S")
	c := take(t, p.PID(), capture.Options{})
	sp := c.Threads[0].Regs.SP()
	for _, addr := range []abi.Addr{p.innermost, sp, sp + 8<<20 - 4096} {
		if _, err := word(c, addr); err != nil {
			t.Errorf("%d bytes into the stack: %v", addr-sp, err)
		}
	}
	for _, addr := range []abi.Addr{sp + 8<<20, p.word} {
		if _, err := word(c, addr); !errors.Is(err, capture.ErrNotCopied) {
			t.Errorf("%d bytes into the stack: %v", addr-sp, err)
		}
	}
}

// Pages that cannot be read cost nothing but themselves and what is behind them.
func TestTornStack(t *testing.T) {
	p := towers(t, "torn")
	p.AwaitState("S")
	c := take(t, p.PID(), capture.Options{})
	for addr := p.innermost; addr < p.word&^4095; addr += 4096 {
		if _, err := word(c, addr); err != nil {
			t.Errorf("%d bytes into the stack: %v", addr-p.innermost, err)
		}
	}
	if _, err := word(c, p.word); !errors.Is(err, capture.ErrNotCopied) {
		t.Errorf("the lost page: %v", err)
	}
}

// The stacks of 500 threads.
func TestManyStacks(t *testing.T) {
	p := start(t, "ready", "waiting", "500")
	fixture.AwaitCalls(t, p.PID(), 501)
	c := take(t, p.PID(), capture.Options{})
	all(t, c, 501)
	walkable(t, c)
	untraced(t, p.PID())
}

// A program of 32 bits.
func TestThirtyTwoBits(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "crowd", fixture.M32), "10")
	p.Await("crowd: %d here")
	for range 3 {
		fixture.AwaitCalls(t, p.PID(), 9)
		c := take(t, p.PID(), capture.Options{})
		if len(c.Threads) != 10 {
			t.Errorf("%d threads, want 10", len(c.Threads))
		}
		for i := range c.Threads {
			if th := &c.Threads[i]; th.Regs.ABI != abi.I386 || th.State == 'S' && (th.Call == nil || th.Call.ABI != abi.I386) {
				t.Errorf("thread %+v", th)
			}
		}
		walkable(t, c)
	}
	p.Tell()
	wants(t, p.Finish(), "crowd: 0 came back")
}
