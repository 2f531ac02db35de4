package backtrace

import (
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/unwind"
	"github.com/trapline/trapline/value"
)

// names are what is known of addresses in files, whichever processes map them.
type names struct {
	sources bool
	known   map[place][]value.Frame
	places  []image.Place
}

// A place is an address of a file, and whether it is behind a call.
type place struct {
	file *image.File
	addr uint64
	call bool
}

// maxNames is how many places are kept.
const maxNames = 1 << 16

// append appends what is to be said of frames. Who inlined a call comes behind it.
func (n *names) append(dst []value.Frame, frames []unwind.Frame) []value.Frame {
	for i := range frames {
		f := &frames[i]
		if f.Module == nil {
			dst = append(dst, value.Frame{PC: f.PC, Guess: guessed(f)})
			continue
		}
		at := uint64(f.PC-f.Module.Start) + f.Module.Offset
		for _, named := range n.of(f) {
			named.PC, named.At, named.File, named.Guess = f.PC, at, f.Module.Path, guessed(f)
			dst = append(dst, named)
		}
	}
	return dst
}

func guessed(f *unwind.Frame) bool { return f.Found == unwind.FramePointer }

// of returns the names of a frame's function and, before it, of calls inlined there.
func (n *names) of(f *unwind.Frame) []value.Frame {
	file, err := f.Module.File()
	if err != nil {
		return unnamed
	}
	key := place{file, uint64(f.PC) - f.Module.Bias(), f.Call}
	if known, ok := n.known[key]; ok {
		return known
	}
	if n.known == nil || len(n.known) >= maxNames {
		n.known = map[place][]value.Frame{}
	}
	found := n.find(f)
	n.known[key] = found
	return found
}

var unnamed = []value.Frame{{}}

// find looks a frame up.
func (n *names) find(f *unwind.Frame) []value.Frame {
	n.places = f.Module.Places(n.places[:0], f.Lookup())
	if len(n.places) == 0 {
		return unnamed
	}
	behind := uint64(f.PC - f.Lookup())
	var found []value.Frame
	for _, p := range n.places {
		v := value.Frame{Symbol: symbol(&p), Offset: p.Offset + behind, Inlined: p.Inlined}
		if n.sources {
			v.Source, v.Line = p.File, p.Line
		}
		if n.sources || !p.Inlined {
			found = append(found, v)
		}
	}
	return found
}

// symbol is the name that tells parameters, where there is one.
func symbol(p *image.Place) string {
	if p.Symbol == "" {
		return p.Function
	}
	return image.Demangle(p.Symbol)
}
