package unwind

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
)

// Names tells where frames are in the source. It keeps what it was told, as stacks go
// through the same calls again and again, whichever processes map a file.
type Names struct {
	// Find looks an address of a module up; nil stands for Module.Places. Learn calls it for
	// several files at the same time.
	Find func(m *image.Module, addr abi.Addr) []image.Place

	places map[spot][]image.Place
}

// Symbol is a Find that leaves DWARF, which may be large, alone: it knows neither lines nor
// inlined calls.
func Symbol(m *image.Module, addr abi.Addr) []image.Place {
	p, ok := m.Symbol(addr)
	if !ok {
		return nil
	}
	return []image.Place{p}
}

// A spot is an address of a file, and whether it is behind a call.
type spot struct {
	file *image.File
	addr uint64
	call bool
}

// maxNames is how many spots are kept.
const maxNames = 1 << 16

// Of returns the places of a frame: the calls that are inlined there, the innermost
// first, then the function. Offsets are those of its PC. It returns none where nothing
// is known. The caller must not change them.
func (n *Names) Of(f *Frame) []image.Place {
	at, ok := f.spot()
	if !ok {
		return nil
	}
	places, known := n.places[at]
	if !known {
		places = n.find(f)
		n.keep(at, places)
	}
	return places
}

// Learn finds out what Of will tell of frames, for different files at the same time: there
// may be a lot to read in each.
func (n *Names) Learn(frames []Frame) {
	unknown := map[*image.File]map[spot]*Frame{}
	for i := range frames {
		at, ok := frames[i].spot()
		if _, known := n.places[at]; !ok || known {
			continue
		}
		if unknown[at.file] == nil {
			unknown[at.file] = map[spot]*Frame{}
		}
		unknown[at.file][at] = &frames[i]
	}
	found := make(chan map[spot][]image.Place)
	for _, frames := range unknown {
		go func() { found <- n.findAll(frames) }()
	}
	for range unknown {
		for at, places := range <-found {
			n.keep(at, places)
		}
	}
}

func (n *Names) findAll(frames map[spot]*Frame) map[spot][]image.Place {
	found := map[spot][]image.Place{}
	for at, f := range frames {
		found[at] = n.find(f)
	}
	return found
}

// spot is where a frame is; false if no file is there.
func (f *Frame) spot() (at spot, ok bool) {
	if f.Module == nil {
		return spot{}, false
	}
	file, err := f.Module.File()
	if err != nil {
		return spot{}, false
	}
	return spot{file, uint64(f.PC) - f.Module.Bias(), f.Call}, true
}

// find is Of without what is kept.
func (n *Names) find(f *Frame) (places []image.Place) {
	addr := f.Lookup()
	if n.Find != nil {
		places = n.Find(f.Module, addr)
	} else {
		places = f.Module.Places(nil, addr)
	}
	for i := range places {
		places[i].Offset += uint64(f.PC - addr)
	}
	return places
}

func (n *Names) keep(at spot, places []image.Place) {
	if n.places == nil || len(n.places) >= maxNames {
		n.places = map[spot][]image.Place{}
	}
	n.places[at] = places
}
