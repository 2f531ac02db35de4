package decode

import "unsafe"

// text returns b as a string without copying it. The string is valid as long as
// the arena that b is taken from is not reset, which is as long as any node.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
