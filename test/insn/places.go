package main

import (
	"debug/elf"
	"fmt"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/insn"
)

// A survey is what splitting the functions of a file gave.
type survey struct {
	functions, blocks int
	same              int // starts of instructions, as objdump has them
	unknown           int // starts that objdump has and insn does not know of
	wrong             int // starts that insn takes for insides
	others            int // starts that only insn has: behind prefixes that are jumped past, or in data
}

// places compares where instructions start, function by function, and returns how many are
// wrong.
func places(files []*file) (wrong int) {
	fmt.Printf("\n%-40s %12s %10s %10s %10s %10s %10s\n", "functions", "functions", "blocks", "same", "unknown", "wrong", "others")
	for _, f := range files {
		s := f.survey()
		fmt.Printf("%-40s %12d %10d %10d %10d %10d %10d\n", f.path, s.functions, s.blocks, s.same, s.unknown, s.wrong, s.others)
		wrong += s.wrong
	}
	return wrong
}

func (f *file) survey() (s survey) {
	seen := map[uint64]bool{}
	symbols, _ := f.debug().Symbols()
	dynamic, _ := f.elf.DynamicSymbols()
	for _, symbol := range append(symbols, dynamic...) {
		code := f.at(symbol.Value)
		if elf.ST_TYPE(symbol.Info) != elf.STT_FUNC || symbol.Size > uint64(len(code)) || seen[symbol.Value] {
			continue
		}
		seen[symbol.Value] = true
		s.add(f, symbol.Value, code[:symbol.Size])
	}
	return s
}

func (s *survey) add(f *file, addr uint64, code []byte) {
	s.functions++
	function := insn.Split(f.abi, abi.Addr(addr), code)
	s.blocks += len(function.Blocks(insn.AtJumps))
	for at := range code {
		place := function.Place(abi.Addr(addr + uint64(at)))
		switch sure, theirs := f.starts[addr+uint64(at)]; {
		case theirs && place == insn.Start:
			s.same++
		case theirs && place == insn.Unknown:
			s.unknown++
		case sure:
			s.wrong++
			fmt.Printf("  %s: %#x is inside an instruction of the function at %#x\n", f.path, addr+uint64(at), addr)
		case place == insn.Start:
			s.others++
		}
	}
}
