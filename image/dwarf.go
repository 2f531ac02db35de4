package image

import (
	"debug/elf"
	"io"

	"github.com/ianlancetaylor/demangle"

	"github.com/trapline/trapline/image/dwarf"
)

// A debug is what was read of a file's debug information.
type debug struct {
	opened          bool
	data            *dwarf.Data // nil if there is none
	alternateSought bool
	alternate       *File // nil if there is none
	packageSought   bool
	split           *dwarf.Data // the package of what was split off; nil if there is none
}

// dwarfPlaces appends to buf what DWARF knows about the address: the inlined calls it
// lies in, the innermost first, and the function. It reports whether DWARF knows it.
func (f *File) dwarfPlaces(buf []Place, addr uint64) ([]Place, bool) {
	d := f.DWARF()
	if d == nil {
		return buf, false
	}
	calls := d.Calls(nil, addr)
	for i := range calls {
		buf = addPlace(buf, i > 0, place(&calls[i], addr))
	}
	if len(calls) > 0 && buf[len(buf)-1].Function == "" {
		f.nameLine(&buf[len(buf)-1], addr)
	}
	return buf, len(calls) > 0
}

// addPlace appends the caller of the last place, if that is a callee of it. An inlined call whose
// name is not to be had, as when dwz moved it to a file that is missing, is none: its line
// counts as the caller's.
func addPlace(buf []Place, called bool, p Place) []Place {
	if last := len(buf) - 1; called && buf[last].Inlined && buf[last].Function == "" {
		p.File, p.Line, p.Column = buf[last].File, buf[last].Line, buf[last].Column
		buf = buf[:last]
	}
	return append(buf, p)
}

// nameLine gives a place of which DWARF has only the line, as of assembly, the name of its
// symbol.
func (f *File) nameLine(p *Place, addr uint64) {
	if found := f.symbolPlaces(nil, addr); len(found) > 0 {
		p.Function, p.Symbol, p.Offset, p.From = found[0].Function, found[0].Symbol, found[0].Offset, found[0].From
	}
}

// place is what DWARF says of a call that the address lies in.
func place(k *dwarf.Call, addr uint64) Place {
	p := Place{
		Function: sourceName(&k.Name), Offset: addr - k.Entry,
		File: k.File, Line: k.Line, Column: k.Column,
		Inlined: k.Inlined, From: DWARF,
	}
	if p.Function == "" {
		p.Offset = 0
	}
	return p
}

// sourceName is what people call a function. The linker's name tells more than the
// source's where it can be taken apart: which lambda it is, the arguments of templates.
// Go's and Rust's are the source's anyhow, and Rust's has less.
func sourceName(n *dwarf.Name) string {
	if n.Linkage == "" || n.Language == dwarf.Go || n.Language == dwarf.Rust {
		return n.Qualified()
	}
	if text, err := sourceText(n.Linkage, demangle.NoParams); err == nil {
		return text
	}
	if n.Plain != "" {
		return n.Qualified()
	}
	return n.Linkage
}

// DWARF is the DWARF of the file or of its separate debug file; nil if there is none.
func (f *File) DWARF() *dwarf.Data {
	f = f.DebugFile()
	if !f.debug.opened {
		f.debug.opened = true
		if f.HasSection(".debug_info") && f.elf.Data == elf.ELFDATA2LSB {
			f.debug.data = dwarf.New(f.debugSection, dwarf.Alternate(f.alternateInfo), dwarf.Split(f.splitInfo))
		}
	}
	return f.debug.data
}

// debugSection returns a section to be read in pieces; nil if there is none.
func (f *File) debugSection(name string) (io.ReaderAt, int64) {
	s := f.header(name)
	if s == nil {
		return nil, 0
	}
	if z := f.inflating(s); z != nil {
		if f.cache != nil && f.cache.Store != nil {
			f.cache.Store.find(z, f.r, name)
		}
		return z, int64(z.limit)
	}
	return io.NewSectionReader(f.r, int64(s.Offset), int64(s.FileSize)), int64(s.FileSize)
}
