// Package mem reads and writes the memory of a tracee.
//
// Nothing here knows where the memory is: a stopped task, a captured snapshot,
// a core file and a test's byte slice are all Readers. Only the implementations
// in trace need the tracer's thread.
package mem

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/trapline/trapline/abi"
)

// A Reader reads a tracee's memory. ReadMem fills p from addr on and returns how
// many leading bytes it could read; the error is non-nil when that is fewer than
// len(p). A partial read ends at the first byte that cannot be read.
type Reader interface {
	ReadMem(p []byte, addr abi.Addr) (n int, err error)
}

// A Writer changes a tracee's memory. WriteMem returns how many leading bytes it
// wrote; the error is non-nil when that is fewer than len(p).
type Writer interface {
	WriteMem(p []byte, addr abi.Addr) (n int, err error)
}

// ErrUnmapped is the error for an address at which the tracee has no memory.
var ErrUnmapped = errors.New("no memory at this address")

// pageSize is the smallest page of any ABI. A read that stops at its multiples
// cannot fail for the sake of bytes that were not needed.
const pageSize = 4096

// chunk is how much of a string of unknown length is read at first: most paths
// and names end within it.
const chunk = 256

// ReadString appends to buf the bytes from addr up to, not including, the first
// NUL, and at most max of them. The string is complete when terminated is true.
// When memory ends before the NUL it returns what there was and the error.
func ReadString(r Reader, buf []byte, addr abi.Addr, max int) (s []byte, terminated bool, err error) {
	start := len(buf)
	for step := chunk; len(buf)-start < max; step *= 2 {
		n := min(step, max-(len(buf)-start), pageSize-int(addr%pageSize))
		at := len(buf)
		buf = grow(buf, n)
		got, err := r.ReadMem(buf[at:], addr)
		buf = buf[:at+got]
		if nul := bytes.IndexByte(buf[at:], 0); nul >= 0 {
			return buf[:at+nul], true, nil
		}
		if err != nil {
			return buf, false, err
		}
		addr += abi.Addr(got)
	}
	return buf, false, nil
}

// grow lengthens buf by n bytes of any content, without a temporary.
func grow(buf []byte, n int) []byte {
	if cap(buf)-len(buf) >= n {
		return buf[:len(buf)+n]
	}
	return append(buf, make([]byte, n)...)
}

// A Snapshot is captured memory: spans of bytes at their addresses. It stands in
// for a stopped task where that is gone, and in tests.
type Snapshot []Span

// A Span is contiguous captured memory.
type Span struct {
	Addr abi.Addr
	Data []byte
}

// ReadMem implements Reader. A read may run from one span into the next.
func (s Snapshot) ReadMem(p []byte, addr abi.Addr) (int, error) {
	n := 0
	for n < len(p) {
		data := s.at(addr + abi.Addr(n))
		if data == nil {
			return n, fmt.Errorf("mem: read %d bytes at %s: %w", len(p), addr, ErrUnmapped)
		}
		n += copy(p[n:], data)
	}
	return n, nil
}

func (s Snapshot) at(addr abi.Addr) []byte {
	for _, span := range s {
		if addr >= span.Addr && addr-span.Addr < abi.Addr(len(span.Data)) {
			return span.Data[addr-span.Addr:]
		}
	}
	return nil
}

// Little is the number that up to eight bytes are, the least first.
func Little(b []byte) (v uint64) {
	switch len(b) {
	case 8:
		return binary.LittleEndian.Uint64(b)
	case 4:
		return uint64(binary.LittleEndian.Uint32(b))
	case 2:
		return uint64(binary.LittleEndian.Uint16(b))
	}
	for i, x := range b {
		v |= uint64(x) << (8 * i)
	}
	return v
}
