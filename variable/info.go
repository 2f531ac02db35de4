// Package variable tells what the variables of a program are and what is in them: C, C++, Go and
// Rust, as far as debug information has it.
//
// An Info is the debug information of a file; a Scope is what can be named at an address of it.
// In a Frame, a task stopped there, an Expr is computed: `req->path`, `n > 100 && s.len`. What
// comes out is a Value, which becomes text or data.
//
// Debug information and memory are hostile: depth, lengths and numbers of steps are bounded.
package variable

import (
	"errors"
	"fmt"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/image/dwarf"
	"github.com/trapline/trapline/mem"
)

// ErrNoInfo says that a file has no debug information.
var ErrNoInfo = errors.New("no debug information")

// An Info is the debug information of a file. It belongs to one goroutine at a time.
type Info struct {
	file   *image.File
	data   *dwarf.Data
	abi    *abi.ABI
	scopes map[position]*Scope
	types  map[dwarf.Entry]*Type
	units  map[dwarf.Entry]*unit
	known  map[known][]global // what has been looked for in all units
	// Go's types by what the runtime calls them, and their names; nil until they are needed.
	runtime      map[uint64]*Type
	runtimeNames map[*Type]string
	names        map[string][]named // of all units, those that were looked for
}

// Of returns the debug information of a file about variables.
func Of(f *image.File) (*Info, error) {
	data := f.DWARF()
	if data == nil || f.ABI() == nil {
		return nil, fmt.Errorf("variable: %s: %w", f.Name, ErrNoInfo)
	}
	return &Info{
		file: f, data: data, abi: f.ABI(),
		scopes: map[position]*Scope{}, types: map[dwarf.Entry]*Type{}, units: map[dwarf.Entry]*unit{},
		known: map[known][]global{}, names: map[string][]named{},
	}, nil
}

// little is the number that is in the first bytes of b.
func little(b []byte, size int) uint64 {
	return mem.Little(b[:min(size, len(b), 8)])
}
