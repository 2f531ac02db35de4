// Package image tells whose code an address is: the mappings of a process lead to
// ELF files, and their symbols, DWARF and Go tables to functions and lines.
//
// Everything is parsed when it is first asked for, and a File once, however many
// processes map it. Files are hostile input: an error names the file and the thing
// that is wrong with it, and nothing is allocated because of a size that the file
// only claims to have.
//
// A Space, its Modules and their Files belong to one goroutine at a time.
package image

// A Source is the information that named a place.
type Source uint8

// The sources of a Place, the most exact last.
const (
	Nothing   Source = iota // only the module is known
	DynSym                  // .dynsym
	MiniDebug               // .gnu_debugdata: a compressed .symtab of functions
	SymTab                  // .symtab, of the file or of its separate debug file
	PCLNTab                 // Go's line table, which stripping leaves in place
	DWARF
)

// A Place is where an address lies in the source.
type Place struct {
	Function string // as people read it: demangled, without parameters where DWARF names it; empty if unknown
	Symbol   string // as the linker knows it; empty for an inlined call
	Offset   uint64 // of the address from the start of the function or of the inlined body
	File     string // empty without line information
	Line     int
	Column   int
	Inlined  bool // the code is part of the next place's function
	From     Source
}
