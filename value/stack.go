package value

import "github.com/trapline/trapline/abi"

// A Stack is the calls that a task is in, the innermost first.
type Stack struct {
	Frames []Frame
	// End is why the frames are not all there are; empty if they are.
	End string
}

// TooMany is the End of a stack that was cut at a limit.
const TooMany = "too many stack frames"

// A Frame is one call on a stack. A call that the compiler inlined is a frame too, before
// that of the function which it became part of, at the same PC.
type Frame struct {
	PC      abi.Addr
	File    string // that is mapped there; empty for none
	At      uint64 // PC's offset in the file
	Symbol  string // the function, with parameters where the linker's name tells them; empty if unknown
	Offset  uint64 // of PC in it
	Source  string // empty without line information
	Line    int
	Inlined bool
	Guess   bool // nothing said that this is the caller
}
