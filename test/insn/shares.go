package main

import (
	"debug/dwarf"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/insn"
)

// shares are how many of the instructions that breakpoints stand on are handled in which way.
type shares struct {
	byEffort [insn.Beyond + 1]int // the last are those that are moved
	neither  map[string]int       // by form
}

func (s *shares) print(name string) {
	total := 0
	for _, n := range s.byEffort {
		total += n
	}
	left := 0
	for _, n := range s.neither {
		left += n
	}
	total += left
	fmt.Printf("%-40s %12d", name, total)
	for _, n := range append(s.byEffort[:], left) {
		fmt.Printf(" %9.3f%%", 100*float64(n)/float64(max(total, 1)))
	}
	fmt.Println()
	for _, form := range slices.Sorted(maps.Keys(s.neither)) {
		fmt.Printf("  %6d %s\n", s.neither[form], form)
	}
}

// breakpoints prints the shares of each file.
func breakpoints(files []*file) error {
	fmt.Printf("\n%-40s %12s %10s %10s %10s %10s %10s\n", "breakpoints", "instructions", "registers", "reads", "writes", "moved", "neither")
	for _, f := range files {
		s, err := f.shares()
		if err != nil {
			return err
		}
		s.print(f.path)
	}
	return nil
}

// shares looks at every function entry and every start of a line.
func (f *file) shares() (*shares, error) {
	s := &shares{neither: map[string]int{}}
	debug := f.debug()
	addrs := f.entries(debug)
	if err := lines(debug, addrs); err != nil {
		return nil, fmt.Errorf("lines of %s: %w", f.path, err)
	}
	for addr := range addrs {
		if code := f.at(addr); code != nil {
			s.add(f.abi, addr, code)
		}
	}
	return s, nil
}

func (s *shares) add(a *abi.ABI, addr uint64, code []byte) {
	i, err := insn.Decode(a, abi.Addr(addr), code[:min(len(code), insn.MaxLen)])
	if err != nil {
		s.neither[errors.Unwrap(err).Error()]++
		return
	}
	if e := i.Effort(); e != insn.Beyond {
		s.byEffort[e]++
		return
	}
	if _, err := i.Move(abi.Addr(addr + 1<<29)); err != nil {
		s.neither[i.Form()+": "+errors.Unwrap(err).Error()]++
		return
	}
	s.byEffort[insn.Beyond]++
}

// entries are where functions begin: what symbols say, and what is called.
func (f *file) entries(debug *elf.File) map[uint64]bool {
	addrs := map[uint64]bool{}
	for _, read := range []func() ([]elf.Symbol, error){debug.Symbols, f.elf.DynamicSymbols} {
		symbols, _ := read()
		for _, s := range symbols {
			if elf.ST_TYPE(s.Info) == elf.STT_FUNC {
				addrs[s.Value] = true
			}
		}
	}
	for _, s := range f.code {
		f.called(s, addrs)
	}
	return addrs
}

// called adds the targets of the calls in a section.
func (f *file) called(s section, addrs map[uint64]bool) {
	for at := 0; at < len(s.data); {
		i, err := insn.Decode(f.abi, abi.Addr(s.addr+uint64(at)), s.data[at:min(len(s.data), at+insn.MaxLen)])
		if err != nil {
			at++
			continue
		}
		if to, ok := i.Target(); ok && i.Flow == insn.Calls && f.at(uint64(to)) != nil {
			addrs[uint64(to)] = true
		}
		at += i.Len
	}
}

// lines adds where the lines of the file's DWARF begin.
func lines(debug *elf.File, addrs map[uint64]bool) error {
	if debug.Section(".debug_line") == nil {
		return nil
	}
	data, err := debug.DWARF()
	if err != nil {
		return err
	}
	for r := data.Reader(); ; r.SkipChildren() {
		unit, err := r.Next()
		if err != nil || unit == nil {
			return err
		}
		table, err := data.LineReader(unit)
		if err != nil || table == nil {
			continue
		}
		if err := rows(table, addrs); err != nil {
			return err
		}
	}
}

func rows(table *dwarf.LineReader, addrs map[uint64]bool) error {
	var row dwarf.LineEntry
	for {
		switch err := table.Next(&row); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		if row.IsStmt && !row.EndSequence {
			addrs[row.Address] = true
		}
	}
}
