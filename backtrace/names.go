package backtrace

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/unwind"
	"github.com/trapline/trapline/value"
)

// name appends what is to be said of frames. Who inlined a call comes behind it.
func (w *Walker) name(dst []value.Frame, frames []unwind.Frame) []value.Frame {
	for i := range frames {
		f := &frames[i]
		v := value.Frame{PC: f.PC, Guess: f.Found == unwind.FramePointer}
		if f.Module != nil {
			v.File, v.At = f.Module.Path, uint64(f.PC-f.Module.Start)+f.Module.Offset
		}
		places := w.names.Of(f)
		if len(places) == 0 {
			dst = append(dst, v)
		}
		for i := range places {
			p := &places[i]
			v.Symbol, v.Offset, v.Inlined = p.Function, p.Offset, p.Inlined
			v.Source, v.Line = p.File, p.Line
			dst = append(dst, v)
		}
	}
	return dst
}

// symbol finds the function that an address is in. DWARF, which may be large, is left
// alone.
func symbol(m *image.Module, addr abi.Addr) []image.Place {
	p, ok := m.Symbol(addr)
	if !ok {
		return nil
	}
	p.File, p.Line = "", 0
	return []image.Place{p}
}

// lines finds lines and inlined calls. The function that the code is part of has the
// name that symbol finds.
func lines(m *image.Module, addr abi.Addr) []image.Place {
	places := m.Places(nil, addr)
	p, ok := m.Symbol(addr)
	switch n := len(places); {
	case !ok:
	case n == 0:
		places = append(places, p)
	case p.From != image.DynSym:
		last := &places[n-1]
		last.Function, last.Offset = p.Function, p.Offset
	}
	return places
}
