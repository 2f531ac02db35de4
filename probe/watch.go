package probe

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/variable"
)

// A Watch is memory, and which uses of it are to be told.
type Watch struct {
	Use    Use
	What   *variable.Expr // whose memory, or with Executes address, it is
	Module string         // the program or library it is in; empty for all
	Source string         // the end of the source file's path; empty for all
}

// A Use is what is done with memory.
type Use string

// The uses, as a user writes them before a colon.
const (
	Changes  Use = ""   // writes of another value
	Writes   Use = "w"  // of the same value, too
	Reads    Use = "r"  // or writes of the same value, which processors do not tell apart
	Accesses Use = "rw" // all
	Executes Use = "x"  // of the instruction there
)

// access is what the debug registers are asked for. They know no reads alone.
func (u Use) access() breakpoint.Access {
	switch u {
	case Executes:
		return breakpoint.Executes
	case Changes, Writes:
		return breakpoint.Writes
	}
	return breakpoint.Uses
}

// told reports whether a use is told after which the value is another one, or not.
func (u Use) told(changed bool) bool {
	switch u {
	case Changes:
		return changed
	case Reads:
		return !changed
	}
	return true
}

// ParseWatch reads [USE:]WHAT [if CONDITION] [print EXPRESSION, ...]. WHAT is an expression, with
// FILE: or LIBRARY: before it where that has to be said, or ADDRESS/SIZE.
func ParseWatch(text string) (*Probe, error) {
	return parse(text, func(p *Probe, what string) (err error) {
		p.Place.Text = what
		p.Watch, err = newWatch(what)
		return err
	})
}

func newWatch(text string) (*Watch, error) {
	w := &Watch{}
	for _, u := range []Use{Writes, Reads, Accesses, Executes} {
		if rest, ok := strings.CutPrefix(text, string(u)+":"); ok && !strings.HasPrefix(rest, ":") {
			w.Use, text = u, rest
			break
		}
	}
	switch name, rest, ok := cutFile(text); {
	case ok && isSource(name):
		w.Source, text = name, rest
	case ok:
		w.Module, text = name, rest
	}
	sized, err := sizedAddress(text)
	if err != nil {
		return nil, err
	}
	if w.What, err = variable.ParseExpr(sized); err != nil {
		return nil, err
	}
	return w, nil
}

// sizedTypes are those that so many bytes are taken for.
var sizedTypes = map[string]string{"1": "uint8_t", "2": "uint16_t", "4": "uint32_t", "8": "uint64_t"}

// sizedAddress makes an expression of ADDRESS/SIZE; anything else is one.
func sizedAddress(text string) (string, error) {
	addr, size, ok := strings.Cut(text, "/")
	if _, err := strconv.ParseUint(addr, 0, 64); !ok || err != nil {
		return text, nil
	}
	name, ok := sizedTypes[size]
	if !ok {
		return "", fmt.Errorf("%s: an address is watched with 1, 2, 4 or 8 bytes: %s/8", text, addr)
	}
	return "*(" + name + " *)" + addr, nil
}

// event says what has been done with watched memory, as far as that is known.
func (h *Hit) event() string {
	switch use := h.Probe.Watch.Use; {
	case h.Changed || use == Writes:
		return "write"
	case use == Reads:
		return "read"
	}
	return "access"
}
