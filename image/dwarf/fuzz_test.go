package dwarf

import (
	"bytes"
	"io"
	"testing"
)

// parts are the sections that FuzzData is given, in its order.
var parts = []string{".debug_info", ".debug_abbrev", ".debug_line", ".debug_str", ".debug_ranges", ".debug_rnglists", ".debug_aranges", ".debug_addr"}

// Sections of any content neither crash nor hang what reads them. The file is its own
// alternate, so that references go round there too.
func FuzzData(f *testing.F) {
	f.Fuzz(func(t *testing.T, info, abbrev, line, str, ranges, rnglists, aranges, addr []byte) {
		content := map[string][]byte{}
		for i, data := range [][]byte{info, abbrev, line, str, ranges, rnglists, aranges, addr} {
			content[parts[i]] = data
		}
		content[".debug_types"], content[".debug_loc"], content[".debug_loclists"] = info, ranges, rnglists
		visit(func() (d *Data) {
			d = New(func(name string) (io.ReaderAt, int64) {
				data := content[name]
				return bytes.NewReader(data), int64(len(data))
			}, Alternate(func() *Data { return d }))
			return d
		})
	})
}

// visit asks for everything there is, and for addresses when nothing else has been read.
func visit(open func() *Data) {
	d := open()
	addrs := []uint64{0, 1, 0x1000, ^uint64(0)}
	d.Functions(func(*Name) bool { return true }, func(_ *Name, addr uint64) { addrs = append(addrs, addr) })
	for l := range d.Statements(func(string) bool { return true }) {
		addrs = append(addrs, l.Addr)
	}
	fresh := open()
	for _, addr := range addrs[:min(len(addrs), 1000)] {
		for _, k := range fresh.Calls(nil, addr) {
			k.Qualified()
		}
		d.Calls(nil, addr)
		d.Block(addr)
		for _, e := range d.At(addr) {
			read(e, addr)
		}
	}
	seen := 0
	for top := range d.Units() {
		for e := range top.Declared() {
			read(e, 0x1000)
			for kid := range e.Kids() {
				read(kid, 0x1000)
			}
			if seen++; seen > 1000 {
				return
			}
		}
	}
}

// read asks an entry for everything.
func read(e Entry, addr uint64) {
	e.Name()
	e.Qualified()
	e.Spans()
	e.Flag(AttrDeclaration)
	e.Int(AttrByteSize)
	e.Bytes(AttrConstValue)
	e.Address(AttrLowPC)
	e.Ref(AttrType).Name()
	e.Far(addr)
	for _, at := range []Attr{AttrLocation, AttrFrameBase, AttrRanges, AttrStmtList} {
		e.Location(at, addr)
	}
}
