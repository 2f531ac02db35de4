package image

import (
	"cmp"
	"sort"
	"strings"
)

// Symbol returns the function that the address lies in, as its symbol names it: with the
// types of its parameters. DWARF, which may be large, is left alone. Of the symbols of
// the same code it is the plainest: write rather than __GI___libc_write.
func (f *File) Symbol(addr uint64) (p Place, ok bool) {
	if found := f.symbolPlaces(nil, addr); len(found) > 0 {
		p, ok = found[0], true
		f.symbolNames().plain(&p, addr)
	}
	if p.From <= DynSym {
		if found, known := f.goPlaces(nil, addr); known {
			p, ok = found[len(found)-1], true
			p.File, p.Line = "", 0
		}
	}
	return p, ok
}

// SymbolStart returns where the function begins that Symbol names. It costs much less than the name.
func (f *File) SymbolStart(addr uint64) (start uint64, ok bool) {
	n := f.symbolNames()
	if s, t := n.at(addr); s != nil && t.from > DynSym && n.stub(addr) == nil {
		return s.addr, true
	}
	p, ok := f.Symbol(addr)
	if !ok {
		return 0, false
	}
	return addr - p.Offset, true
}

// plain gives the place that an address has the plainest name of its code, and the best
// source of such a name.
func (n *names) plain(p *Place, addr uint64) {
	of, _ := n.at(addr)
	if n.stub(addr) != nil || of == nil {
		return
	}
	for _, t := range n.tables {
		for _, s := range t.aliases(of) {
			if name := t.name(&s); plainer(name, p.Symbol) {
				p.Symbol = name
			}
			p.From = max(p.From, t.from)
		}
	}
	p.Function = Demangle(p.Symbol)
}

// aliases are the table's symbols of the same code.
func (t *symtab) aliases(of *symbol) (found []symbol) {
	section := t.file.codeSection(of.addr)
	for _, s := range t.beginningAt(of.addr) {
		if s.section == section && s.kind() == of.kind() && s.size == of.size && !t.marker(&s) {
			found = append(found, s)
		}
	}
	return found
}

// beginningAt are the symbols of what begins at an address.
func (t *symtab) beginningAt(addr uint64) []symbol {
	symbols, _ := t.around(addr)
	first := sort.Search(len(symbols), func(i int) bool { return symbols[i].addr >= addr })
	symbols = symbols[first:min(len(symbols), first+maxSteps)]
	return symbols[:sort.Search(len(symbols), func(i int) bool { return symbols[i].addr > addr })]
}

// plainer reports whether one name reads better than another: without underscores in
// front, short, in small letters.
func plainer(a, b string) bool {
	return cmp.Or(cmp.Compare(marks(a), marks(b)), cmp.Compare(len(a), len(b)), cmp.Compare(b, a)) < 0
}

// marks counts the underscores that a name begins with.
func marks(name string) int { return len(name) - len(strings.TrimLeft(name, "_")) }
