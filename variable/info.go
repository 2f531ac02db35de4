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
	"debug/dwarf"
	"errors"
	"fmt"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
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
	types  map[dwarf.Offset]*Type
	lists  map[string][]byte // sections with lists of locations, and .debug_addr
}

// Of returns the debug information of a file about variables.
func Of(f *image.File) (info *Info, err error) {
	debug := f.DebugFile()
	if debug == nil || f.ABI() == nil {
		return nil, fmt.Errorf("variable: %s: %w", f.Name, ErrNoInfo)
	}
	section := func(name string) []byte {
		b, _, _ := debug.Section(name)
		return b
	}
	if len(section(".debug_info")) == 0 {
		return nil, fmt.Errorf("variable: %s: %w", f.Name, ErrNoInfo)
	}
	info = &Info{file: f, abi: f.ABI(), scopes: map[position]*Scope{}, types: map[dwarf.Offset]*Type{}, lists: map[string][]byte{}}
	info.data, err = dwarf.New(section(".debug_abbrev"), nil, nil, section(".debug_info"), section(".debug_line"), nil,
		section(".debug_ranges"), section(".debug_str"))
	if err != nil {
		return nil, fmt.Errorf("variable: %s: %w", f.Name, err)
	}
	for _, name := range []string{".debug_addr", ".debug_line_str", ".debug_str_offsets", ".debug_rnglists"} {
		if b := section(name); len(b) > 0 {
			if err := info.data.AddSection(name, b); err != nil {
				return nil, fmt.Errorf("variable: %s: %w", f.Name, err)
			}
		}
	}
	for _, name := range []string{".debug_loc", ".debug_loclists", ".debug_addr"} {
		info.lists[name] = section(name)
	}
	return info, nil
}

// A unit is what is known of the compilation unit that an address is in.
type unit struct {
	info    *Info
	version int
	base    uint64 // that ranges are relative to
	addrs   uint64 // in .debug_addr
	lists   uint64 // in .debug_loclists
	golang  bool
	entry   *dwarf.Entry
	// constants are those of enumerations, by name; nil until they are needed.
	constants map[string]int64
}

const langGo = 0x16

// newUnit reads the first entry of the unit that has an address.
func (info *Info) newUnit(e *dwarf.Entry, addr uint64) *unit {
	u := &unit{info: info, version: info.file.DebugVersion(addr), entry: e}
	u.base, _ = e.Val(dwarf.AttrLowpc).(uint64)
	if base, ok := e.Val(dwarf.AttrAddrBase).(int64); ok {
		u.addrs = uint64(base)
	}
	if base, ok := e.Val(dwarf.AttrLoclistsBase).(int64); ok {
		u.lists = uint64(base)
	}
	language, _ := e.Val(dwarf.AttrLanguage).(int64)
	u.golang = language == langGo
	return u
}

// address returns an address by its number in .debug_addr.
func (u *unit) address(i uint64) (uint64, bool) {
	raw, word := u.info.lists[".debug_addr"], uint64(u.info.abi.Word)
	at := u.addrs + i*word
	if i > uint64(len(raw)) || at+word > uint64(len(raw)) {
		return 0, false
	}
	return little(raw[at:at+word], int(word)), true
}

// little is the number that is in the first bytes of b.
func little(b []byte, size int) uint64 {
	return mem.Little(b[:min(size, len(b), 8)])
}
