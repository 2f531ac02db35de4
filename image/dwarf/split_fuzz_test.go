package dwarf

import (
	"bytes"
	"io"
	"iter"
	"testing"
)

// splitParts are the sections that FuzzSplit is given, in its order: those of the skeletons
// and those that were split off.
var splitParts = []string{
	".debug_info", ".debug_abbrev", ".debug_addr", ".debug_ranges",
	".debug_info.dwo", ".debug_abbrev.dwo", ".debug_str_offsets.dwo", ".debug_rnglists.dwo", ".debug_cu_index",
}

// Skeletons and what was split off them neither crash nor hang what reads them, whatever they
// say of each other. Any name that they give is one of a file.
func FuzzSplit(f *testing.F) {
	f.Fuzz(func(t *testing.T, info, abbrev, addr, ranges, dwo, dwoAbbrev, offsets, rnglists, index []byte) {
		name := append(bytes.Repeat([]byte("a"), 1<<12), 0)
		content := map[string][]byte{".debug_str": name, ".debug_line_str": name}
		for i, data := range [][]byte{info, abbrev, addr, ranges, dwo, dwoAbbrev, offsets, rnglists, index} {
			content[splitParts[i]] = data
		}
		content[".debug_types.dwo"], content[".debug_tu_index"] = dwo, index
		content[".debug_loc.dwo"], content[".debug_loclists.dwo"] = rnglists, rnglists
		sections := func(name string) (io.ReaderAt, int64) {
			data := content[name]
			return bytes.NewReader(data), int64(len(data))
		}
		visit(func() *Data {
			split := NewSplit(sections)
			return New(sections, Split(func(dir, name string) iter.Seq[*Data] {
				return func(yield func(*Data) bool) { yield(split) }
			}))
		})
	})
}
