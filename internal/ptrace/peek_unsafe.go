package ptrace

import (
	"syscall"
	"unsafe"

	"github.com/trapline/trapline/abi"
)

// PeekText reads a word of the task's memory, unreadable pages included.
func PeekText(tid int, addr abi.Addr) (uint64, error) { return peekText.peek(tid, addr) }

// PeekData is PeekText.
func PeekData(tid int, addr abi.Addr) (uint64, error) { return peekData.peek(tid, addr) }

// PeekUser reads a word at an offset in the task's struct user. Not on arm64.
func PeekUser(tid int, offset uintptr) (uint64, error) {
	return peekUser.peek(tid, abi.Addr(offset))
}

// PokeText writes a word to the task's memory, read-only pages included.
func PokeText(tid int, addr abi.Addr, word uint64) error {
	return pokeText.slowly(tid, uintptr(addr), uintptr(word))
}

// PokeData is PokeText.
func PokeData(tid int, addr abi.Addr, word uint64) error {
	return pokeData.slowly(tid, uintptr(addr), uintptr(word))
}

// PokeUser writes a word at an offset in the task's struct user. Not on arm64.
func PokeUser(tid int, offset uintptr, word uint64) error {
	return pokeUser.do(tid, offset, uintptr(word))
}

// peek reads one word, which the system call proper stores where data points.
func (r *request) peek(tid int, addr abi.Addr) (uint64, error) {
	var word uint64
	_, _, errno := syscall.Syscall6(syscall.SYS_PTRACE, r.nr, uintptr(tid), uintptr(addr), uintptr(unsafe.Pointer(&word)), 0, 0)
	return word, failure(r.name, tid, errno)
}
