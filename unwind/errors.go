package unwind

import (
	"errors"
	"fmt"

	"github.com/trapline/trapline/abi"
)

// Why a walk ended before the outermost frame.
var (
	ErrABI     = errors.New("unwind: unknown registers")
	ErrFrames  = errors.New("unwind: too many frames")
	ErrGoStack = errors.New("unwind: Go went on on another stack, and nothing tells on which")
	ErrAdvance = errors.New("unwind: the caller's frame is not above its callee's")
)

// A MemoryError is about an address of the stack that cannot be read.
type MemoryError struct {
	Addr abi.Addr
	Err  error
}

// Error implements error.
func (e *MemoryError) Error() string {
	return fmt.Sprintf("unwind: memory at %s cannot be read: %v", e.Addr, e.Err)
}

// Unwrap returns what the reader said.
func (e *MemoryError) Unwrap() error { return e.Err }

// A NoInfoError is about code that nothing says how to unwind.
type NoInfoError struct {
	PC   abi.Addr
	File string // empty where no file is mapped
	Err  error  // why the file's tables were of no use; nil if there is nothing in them
}

// Error implements error.
func (e *NoInfoError) Error() string {
	text := fmt.Sprintf("unwind: no unwind information for %s", e.PC)
	if e.File != "" {
		text += " in " + e.File
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns what was wrong with the tables.
func (e *NoInfoError) Unwrap() error { return e.Err }
