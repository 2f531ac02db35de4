package unwind

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
)

// Names tells where the frames of a process are in its source. It keeps what it was
// told, as stacks go through the same calls again and again; a process that maps other
// files needs new Names.
type Names struct {
	places map[spot][]image.Place
}

// A spot is an address and how it was come by.
type spot struct {
	pc   abi.Addr
	call bool
}

// maxNames is how many spots are kept.
const maxNames = 1 << 16

// Of returns the places of a frame: the calls that are inlined there, the innermost
// first, then the function. Offsets are those of its PC. It returns none where nothing
// is known. The caller must not change them.
func (n *Names) Of(f *Frame) []image.Place {
	if f.Module == nil {
		return nil
	}
	at := spot{f.PC, f.Call}
	places, known := n.places[at]
	if !known {
		addr := f.Lookup()
		places = f.Module.Places(nil, addr)
		for i := range places {
			places[i].Offset += uint64(f.PC - addr)
		}
		n.keep(at, places)
	}
	return places
}

func (n *Names) keep(at spot, places []image.Place) {
	if n.places == nil || len(n.places) >= maxNames {
		n.places = map[spot][]image.Place{}
	}
	n.places[at] = places
}
