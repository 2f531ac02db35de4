package decode

import "github.com/trapline/trapline/abi"

// Word returns the word that argument i of Args was decoded from; ok is false when
// it has none of its own.
func (c *Call) Word(i int) (word uint64, ok bool) {
	if c.bare() {
		if i < abi.MaxArgs {
			return c.Call.Args[i], true
		}
		return 0, false
	}
	arg := 0
	for p := range min(len(c.params), len(c.words)) {
		if c.params[p].Name != c.Args[arg].Name {
			continue // not shown in this call
		}
		if arg == i {
			return c.words[p], true
		}
		arg++
	}
	return 0, false
}

// Recorded makes c a call whose fields are set by hand, not by Enter and Exit.
// Complete is what Complete reports.
func (c *Call) Recorded(complete bool) {
	c.params, c.next = nil, 0
	if !complete {
		c.next = -1
	}
}
