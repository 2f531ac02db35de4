package image

import (
	"github.com/ianlancetaylor/demangle"

	"github.com/trapline/trapline/image/dwarf"
)

// FunctionNames returns what functions are called, some without their scopes, in no order and some
// more than once.
func (f *File) FunctionNames() (names []string) {
	if d := f.DWARF(); d != nil {
		d.Functions(func(n *dwarf.Name) bool {
			names = append(names, n.Plain)
			return false
		}, nil)
	}
	for _, t := range f.symbolNames().tables {
		symbols := t.sorted()
		for i := range symbols {
			names = append(names, withoutParams(t.name(&symbols[i])))
		}
	}
	if t := f.GoTable(); t != nil {
		for fn := range t.all() {
			names = append(names, fn.Name())
		}
	}
	return names
}

// withoutParams is what a symbol stands for, without parameters.
func withoutParams(symbol string) string {
	if !mangled([]byte(symbol)) || len(symbol) > maxMangled {
		return withoutCopy(symbol)
	}
	name, err := sourceText(symbol, demangle.NoParams)
	if err != nil {
		return symbol
	}
	return name
}
