package unwind

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
)

// A text is the code that was looked at last. What is asked of it lies close together.
type text struct {
	memory mem.Reader
	addr   abi.Addr
	n      int
	data   [128]byte
}

// before is how much is read of what lies before the place that is asked for: at least as
// much as any code that is looked for around a place is long.
const before = 32

// bytes returns n bytes of code, valid until the next call; nil if they cannot be read.
func (t *text) bytes(addr abi.Addr, n int) []byte {
	if !t.has(addr, n) {
		t.move(addr)
	}
	if !t.has(addr, n) {
		return nil
	}
	return t.data[addr-t.addr:][:n]
}

func (t *text) has(addr abi.Addr, n int) bool {
	return within(addr, n, t.addr, t.n)
}

// move reads around an address, nothing of the page before it; from the address on
// where what is before it cannot be read.
func (t *text) move(addr abi.Addr) {
	t.addr = addr - min(addr%page, before)
	if t.n, _ = t.memory.ReadMem(t.data[:], t.addr); t.n == 0 {
		t.addr = addr
		t.n, _ = t.memory.ReadMem(t.data[:], t.addr)
	}
}

// forget is called when memory may have changed.
func (t *text) forget(memory mem.Reader) { t.memory, t.n = memory, 0 }
