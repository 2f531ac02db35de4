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
		v.File, v.At = file(f)
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

// anonymous is what code is in that no file has, as the kernel writes it where it has a name.
const anonymous = "[anon]"

// file is the file of a frame and the place in it; empty if nothing is mapped there. What is
// no file has no places but addresses.
func file(f *unwind.Frame) (name string, at uint64) {
	m := f.Module
	if m == nil {
		return "", 0
	}
	name, at = m.Path, uint64(f.PC-m.Start)+m.Offset
	if _, err := m.File(); err != nil && m.Inode == 0 {
		at = uint64(f.PC)
	}
	if name == "" {
		name = anonymous
	}
	return name, at
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
