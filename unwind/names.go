package unwind

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
)

// Names tells where the frames of a process are in its source. It keeps what it was
// told, as stacks go through the same calls again and again; a process that maps other
// files needs new Names.
type Names struct {
	places map[abi.Addr][]image.Place
}

// maxNames is how many addresses are kept.
const maxNames = 1 << 16

// Of returns the places of a frame: the calls that are inlined there, the innermost
// first, then the function. It returns none where nothing is known. The caller must not
// change them.
func (n *Names) Of(f *Frame) []image.Place {
	if f.Module == nil {
		return nil
	}
	addr := f.Lookup()
	places, known := n.places[addr]
	if !known {
		places = f.Module.Places(nil, addr)
		n.keep(addr, places)
	}
	return places
}

func (n *Names) keep(addr abi.Addr, places []image.Place) {
	if n.places == nil || len(n.places) >= maxNames {
		n.places = map[abi.Addr][]image.Place{}
	}
	n.places[addr] = places
}
