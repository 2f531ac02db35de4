package main

import (
	"debug/elf"
	"encoding/hex"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/trapline/trapline/image"
)

// frameLine is a frame of -k: file, function and how far in, address in the file.
var frameLine = regexp.MustCompile(`^ > (.*?(?: \(deleted\))?)\((.*?)(?:\+0x([0-9a-f]+))?\) \[0x([0-9a-f]+)\]$`)

// isFrame reports whether a line is a part of the call stack of the line before.
func isFrame(line string) bool { return strings.HasPrefix(line, " > ") }

// steadyFrames writes in place of functions where they begin, because they may have several
// names and none of them is wrong. Where a name is not among those in the file's symbols, and
// where C++ makes a name of the symbol, the line stays as it is.
func steadyFrames(lines []string) {
	for i, line := range lines {
		if m := frameLine.FindStringSubmatch(line); m != nil {
			behind := i > 0 && isFrame(lines[i-1])
			lines[i] = steadyFrame(m, behind)
		}
	}
}

// steadyFrame is a frame whose address is behind a call or not.
func steadyFrame(m []string, behind bool) string {
	offset, _ := strconv.ParseUint("0"+m[3], 16, 64)
	at, _ := strconv.ParseUint(m[4], 16, 64)
	f := symbolsOf(m[1])
	addr, ok := f.addr(at)
	if !ok {
		return m[0]
	}
	start, ok := f.start(m[2], addr, offset, behind)
	if !ok {
		return m[0]
	}
	return " > " + m[1] + "(" + strconv.FormatUint(start, 16) + ") [0x" + m[4] + "]"
}

// start is where a function of that name begins, so far before an address. strace has no name
// where that of the symbol is long or has no type, and the name of what follows where a call does
// not return.
func (f *symbols) start(name string, addr, offset uint64, behind bool) (start uint64, ok bool) {
	lookup := addr
	if behind {
		lookup--
	}
	start = addr - offset
	switch {
	case name == "":
		if start = last(f.functions, lookup); f.isLong(start) {
			return start, true
		}
		return last(f.labels, lookup), true
	case !f.has(start, name):
		return 0, false
	case offset == 0 && behind:
		return last(f.functions, lookup), true
	}
	return start, true
}

// longName is how long the names of symbols are that strace does not read.
const longName = 40

// isLong reports whether a symbol at the address has a long name.
func (f *symbols) isLong(addr uint64) bool {
	return slices.ContainsFunc(f.names[addr], func(name string) bool { return len(name) >= longName })
}

// has reports whether a symbol at the address has that name. How those of C++ are written is told
// apart, where strace has them.
func (f *symbols) has(addr uint64, name string) bool {
	if f.isLong(addr) {
		return slices.ContainsFunc(f.names[addr], func(symbol string) bool { return image.Demangle(symbol) == name })
	}
	return slices.Contains(f.names[addr], name)
}

// last is the last of ascending addresses that is not after another; zero if all are.
func last(addrs []uint64, addr uint64) uint64 {
	if i := sort.Search(len(addrs), func(i int) bool { return addrs[i] > addr }); i > 0 {
		return addrs[i-1]
	}
	return 0
}

// symbols are those of a file.
type symbols struct {
	loads     []*elf.Prog
	names     map[uint64][]string
	functions []uint64 // where they begin, ascending
	labels    []uint64 // code without a type, ascending
}

var files = map[string]*symbols{}

// symbolsOf reads the symbols of a file and of its separate debug file; none if there is no such
// file.
func symbolsOf(path string) *symbols {
	if f := files[path]; f != nil {
		return f
	}
	f := &symbols{names: map[uint64][]string{}}
	files[path] = f
	file, err := elf.Open(path)
	if err != nil {
		return f
	}
	defer file.Close()
	for _, p := range file.Progs {
		if p.Type == elf.PT_LOAD {
			f.loads = append(f.loads, p)
		}
	}
	f.add(file)
	if debug, err := elf.Open(debugFile(file)); err == nil {
		f.add(debug)
		debug.Close()
	}
	slices.Sort(f.functions)
	slices.Sort(f.labels)
	return f
}

func (f *symbols) add(file *elf.File) {
	all, _ := file.Symbols()
	dynamic, _ := file.DynamicSymbols()
	for _, s := range append(all, dynamic...) {
		if s.Section == elf.SHN_UNDEF || int(s.Section) >= len(file.Sections) || file.Sections[s.Section].Flags&elf.SHF_EXECINSTR == 0 {
			continue
		}
		if elf.ST_TYPE(s.Info) == elf.STT_NOTYPE {
			f.labels = append(f.labels, s.Value)
		} else {
			f.functions = append(f.functions, s.Value)
		}
		f.names[s.Value] = append(f.names[s.Value], s.Name)
	}
}

// debugFile is where the distribution puts a file's symbols.
func debugFile(file *elf.File) string {
	s := file.Section(".note.gnu.build-id")
	if s == nil {
		return ""
	}
	note, err := s.Data()
	if err != nil || len(note) < 18 {
		return ""
	}
	id := hex.EncodeToString(note[16:])
	return "/usr/lib/debug/.build-id/" + id[:2] + "/" + id[2:] + ".debug"
}

// addr is the address at which a place in the file is loaded.
func (f *symbols) addr(offset uint64) (addr uint64, ok bool) {
	for _, p := range f.loads {
		if offset >= p.Off && offset-p.Off < p.Filesz && p.Flags&elf.PF_X != 0 {
			return offset - p.Off + p.Vaddr, true
		}
	}
	return 0, false
}
