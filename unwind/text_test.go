package unwind

import (
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
)

// tally is memory that counts how often it is read.
type tally struct {
	mem.Reader
	reads int
}

func (c *tally) ReadMem(p []byte, addr abi.Addr) (int, error) {
	c.reads++
	return c.Reader.ReadMem(p, addr)
}

// What a guess looks for around one place is read once, in whichever order it looks.
func TestTextIsReadOnce(t *testing.T) {
	code := make([]byte, 4096)
	for i := range code {
		code[i] = byte(i)
	}
	for _, first := range []int{0, 8, 30} {
		memory := &tally{Reader: mem.Snapshot{{Addr: 0x1000, Data: code}}}
		var window text
		window.forget(memory)
		const pc = 0x1800
		window.bytes(pc-abi.Addr(first), 1)
		for at := range 31 {
			if got := window.bytes(pc-abi.Addr(at), 31); len(got) != 31 || got[0] != byte(pc-at) {
				t.Errorf("%d bytes before: %x", at, got)
			}
		}
		if memory.reads != 1 {
			t.Errorf("%d reads, the first of %d bytes before", memory.reads, first)
		}
	}
}
