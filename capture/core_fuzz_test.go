package capture

import (
	"bytes"
	"os"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/procfs"
)

// Whatever is in a core, it is read without a crash, mappings are in order, and memory is
// what some byte of the file is.
func FuzzCore(f *testing.F) {
	for i := range coreLayouts {
		l := &coreLayouts[i]
		data := made(l, "/lib.so", madeLibrary(l, 1, "0123")).bytes()
		f.Add(data[:3*madePage])
	}
	f.Add(hostile())
	f.Fuzz(func(t *testing.T, data []byte) {
		dumped, err := readCore(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		for i, s := range dumped.loads {
			if s.End <= s.Start || i > 0 && s.Start < dumped.loads[i-1].End {
				t.Fatalf("segments %+v", dumped.loads)
			}
		}
		notes := dumped.readNotes()
		notes.finish()
		maps := coreMaps(dumped.loads, notes)
		var end abi.Addr
		for i := range maps {
			if maps[i].Start < end || maps[i].End <= maps[i].Start {
				t.Fatalf("mappings %+v", maps)
			}
			end = maps[i].End
		}
		if dumped.missing() > 0 && len(dumped.loads) == 0 {
			t.Error("nothing is missing")
		}
		checkCoreMemory(t, dumped, notes, maps)
	})
}

// checkCoreMemory reads what is mapped and what stack pointers point to.
func checkCoreMemory(t *testing.T, dumped *coreFile, notes *coreNotes, maps []procfs.Mapping) {
	m := &coreMemory{dumped: dumped, maps: maps, open: func(procfs.Mapping) (*image.File, error) { return nil, os.ErrNotExist }}
	var b [64]byte
	for i := range maps {
		if n, err := m.ReadMem(b[:], maps[i].Start); (n < len(b)) != (err != nil) {
			t.Errorf("at %s: %d bytes, %v", maps[i].Start, n, err)
		}
	}
	for i := range notes.threads {
		m.ReadMem(b[:], notes.threads[i].Regs.SP())
	}
}
