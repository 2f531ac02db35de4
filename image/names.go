package image

import (
	"debug/elf"
	"slices"
	"sort"
	"sync"
)

// names are what a file's symbols call its code, in the tables of the file itself, of its
// separate debug file and of .gnu_debugdata.
type names struct {
	tables []*symtab
	plt    []*elf.Section
	stubs  func() []stub // the entries of the PLT
}

// symbolNames are the file's names, read by the first call.
func (f *File) symbolNames() *names {
	if f.names == nil {
		f.names = &names{tables: f.symtabs(), plt: f.plt(), stubs: sync.OnceValue(f.stubs)}
	}
	return f.names
}

// symtabs are the tables of symbols that speak of the file. A table that cannot be read
// is one the file has not. As with gdb, .dynsym counts only where .symtab is missing: its
// names are among those of .symtab.
func (f *File) symtabs() []*symtab {
	var tables []*symtab
	add := func(f *File, name string, from Source) bool {
		t, err := f.symtab(name, from)
		if err == nil {
			tables = append(tables, t)
		}
		return err == nil
	}
	if !add(f, ".symtab", SymTab) {
		add(f, ".dynsym", DynSym)
	}
	if debug := f.DebugFile(); debug != f {
		add(debug, ".symtab", SymTab)
	} else if mini, err := f.miniDebug(); err == nil {
		add(mini, ".symtab", MiniDebug)
	}
	return tables
}

// symbolPlaces appends to buf the symbol that the address belongs to.
func (f *File) symbolPlaces(buf []Place, addr uint64) []Place {
	n := f.symbolNames()
	if s := n.stub(addr); s != nil {
		name := f.stubName(s)
		return append(buf, Place{Function: Demangle(name), Symbol: name, Offset: addr - s.addr, From: DynSym})
	}
	s, t := n.at(addr)
	if s == nil {
		return buf
	}
	name := t.name(s)
	return append(buf, Place{Function: Demangle(name), Symbol: name, Offset: addr - s.addr, From: t.from})
}

// at returns the symbol that the address belongs to, and its table; nil if there is none.
func (n *names) at(addr uint64) (best *symbol, table *symtab) {
	for _, t := range n.tables {
		if s := t.at(addr); s != nil && (best == nil || s.addr > best.addr) {
			best, table = s, t
		}
	}
	return best, table
}

// stub returns the entry of the PLT at the address; nil if none is there.
func (n *names) stub(addr uint64) *stub {
	if !slices.ContainsFunc(n.plt, func(s *elf.Section) bool { return addr-s.Addr < s.Size }) {
		return nil
	}
	stubs := n.stubs()
	i := sort.Search(len(stubs), func(i int) bool { return stubs[i].addr > addr }) - 1
	if i >= 0 && addr-stubs[i].addr < stubs[i].size {
		return &stubs[i]
	}
	return nil
}

// FindSymbol returns the addresses of the code that symbols call by that name.
func (f *File) FindSymbol(name string) []uint64 { return remembered(&f.code, name, f.addrsOf) }

func (f *File) addrsOf(name string) []uint64 {
	q, err := parseQuery(name)
	if err != nil {
		return nil
	}
	var addrs []uint64
	for _, l := range f.findSymbols(q) {
		addrs = append(addrs, l.Addr)
	}
	slices.Sort(addrs)
	return slices.Compact(addrs)
}

// findSymbols returns the functions that are meant, as symbols have them.
func (f *File) findSymbols(q *query) (found []Location) {
	for _, t := range f.symbolNames().tables {
		found = t.find(found, q)
	}
	return found
}
