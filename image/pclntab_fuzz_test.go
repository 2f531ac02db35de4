package image

import (
	"debug/elf"
	"encoding/binary"
	"testing"
)

// madeTable is a table of a format with two functions, at 0x1000 and 0x1040. Both are on
// line 7 of their only file, and 9 from their 16th byte on, where their frame has 24 bytes.
func madeTable(layout *goLayout, ptr int) []byte {
	var le = binary.LittleEndian
	address := func(b []byte, size int, v uint64) []byte { return le.AppendUint64(b, v)[:len(b)+size] }
	entry := layout.entry
	if entry == 0 {
		entry = ptr
	}
	parts := [][]byte{
		[]byte("\x00main.one\x00main.two\x00"),
		le.AppendUint32(nil, 0),
		[]byte("main.go\x00"),
		{0, 2, 64, 0, 16, 16, 4, 48, 0, 2, 16, 48, 48, 0}, // file 0; line 7, then 9; size 0, then 24
		nil,
	}
	for i := range 3 {
		parts[4] = address(parts[4], entry, uint64(0x40*i))
		parts[4] = address(parts[4], entry, uint64(48+i*64))
	}
	for i := range 2 {
		parts[4] = append(parts[4], make([]byte, 48+i*64-len(parts[4]))...)
		parts[4] = address(parts[4], entry, uint64(0x40*i))
		for _, field := range []uint32{uint32(1 + 9*i), 0, 0, 9, 1, 4, 0, 0} {
			parts[4] = le.AppendUint32(parts[4], field)
		}
	}
	parts[4] = append(parts[4], make([]byte, 32)...)
	b := append(le.AppendUint32(nil, layout.magic), 0, 0, 1, byte(ptr))
	b = address(b, ptr, 2)
	b = append(b, make([]byte, ptr*(layout.header-1))...)
	at := len(b) + 5*ptr
	for _, part := range parts {
		b = address(b, ptr, uint64(at))
		at += len(part)
	}
	for _, part := range parts {
		b = append(b, part...)
	}
	return b
}

// Every format with parts, of either size of pointers.
func TestGoTableFormats(t *testing.T) {
	for i := range goLayouts[1:] {
		for _, ptr := range []int{4, 8} {
			layout := &goLayouts[1+i]
			table := newGoTable(nothing, madeTable(layout, ptr), 0)
			if table == nil {
				t.Fatalf("%#x, %d: no table", layout.magic, ptr)
			}
			table.text = 0x1000
			for addr, want := range map[uint64]struct {
				name string
				line int
				size uint64
			}{0x1001: {"main.one", 7, 0}, 0x107f: {"main.two", 9, 24}} {
				f, ok := table.Func(addr)
				file, line := f.line(addr)
				size, known := f.StackSize(addr)
				if !ok || !known || f.Name() != want.name || file != "main.go" || line != want.line || size != want.size {
					t.Errorf("%#x, %d: %#x is %s in %s:%d, %d bytes, want %v", layout.magic, ptr, addr, f.Name(), file, line, size, want)
				}
			}
			if _, ok := table.Func(0x1080); ok {
				t.Errorf("%#x, %d: a function behind the last", layout.magic, ptr)
			}
		}
	}
}

// nothing is a file without segments.
var nothing = &File{Name: "nothing", elf: &elf.File{}}

func FuzzGoTable(f *testing.F) {
	for i := range goLayouts[1:] {
		f.Add(madeTable(&goLayouts[1+i], 4))
		f.Add(madeTable(&goLayouts[1+i], 8))
	}
	f.Add(go115(f)[:16<<10])
	f.Fuzz(func(t *testing.T, data []byte) {
		table := newGoTable(nothing, data, 0)
		if table == nil {
			return
		}
		for i := range min(table.count, 100) {
			f, ok := table.function(i)
			if !ok {
				continue
			}
			f.StackSize(f.End - 1)
			f.line(f.Entry)
			f.inlined(f.Entry)
			if found, ok := table.Func(f.Entry); ok && found.Entry > f.Entry {
				t.Errorf("function at %#x contains %#x", found.Entry, f.Entry)
			}
		}
		table.Named("main.main")
	})
}
