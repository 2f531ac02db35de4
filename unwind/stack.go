package unwind

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
)

// page is the smallest of any ABI.
const page = 4096

// A window is the part of a stack that was read last. A walk goes up, so it reads
// each page once.
type window struct {
	memory mem.Reader
	addr   abi.Addr
	n      int
	data   [page]byte
}

// word reads an unsigned integer of 1, 2, 4 or 8 bytes.
func (w *window) word(addr abi.Addr, size int) (uint64, error) {
	if !within(addr, size, w.addr, w.n) {
		if err := w.move(addr, size); err != nil {
			return 0, err
		}
	}
	return little(w.data[addr-w.addr:], size), nil
}

// within reports whether n bytes at an address are among those of a part of memory. No sum
// is taken: at the end of all addresses it would be small.
func within(addr abi.Addr, n int, start abi.Addr, size int) bool {
	return addr >= start && addr-start <= abi.Addr(size) && n <= size-int(addr-start)
}

// move reads from addr to the end of its page, or so far that a word fits.
func (w *window) move(addr abi.Addr, size int) error {
	want := max(page-int(addr%page), size)
	n, err := w.memory.ReadMem(w.data[:want], addr)
	w.addr, w.n = addr, n
	if n < size {
		w.n = 0
		return &MemoryError{addr, err}
	}
	return nil
}

// forget is called when memory may have changed.
func (w *window) forget(memory mem.Reader) { w.memory, w.n = memory, 0 }

func little(b []byte, size int) uint64 { return mem.Little(b[:size]) }
