package unwind

import "errors"

// errEffort is the error for tables that are made to keep one busy.
var errEffort = errors.New("call frame information takes too much work")

// maxEffort is what one walk may do: bytes of call frame programs that are read, operations
// of expressions. Deep recursion goes through the same rows again, which are kept; a long
// program has some ten bytes for each place that is walked through.
const maxEffort = 16 << 20

// An effort is what may still be done.
type effort struct{ left int }

// spend takes n from what is left. It reports whether there was so much.
func (e *effort) spend(n int) bool {
	if n > e.left {
		e.left = 0
		return false
	}
	e.left -= n
	return true
}
