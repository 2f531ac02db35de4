package dwarf

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"
)

// Two functions whose names are each the other's: neither has one.
func TestCycle(t *testing.T) {
	abbrev := []byte{
		1, byte(TagCompile), 1, byte(AttrLanguage), byte(formData1), byte(AttrLowPC), byte(formAddr), byte(AttrHighPC), byte(formData8), 0, 0,
		2, byte(TagSubprogram), 0, byte(AttrLowPC), byte(formAddr), byte(AttrHighPC), byte(formData8), byte(AttrAbstractOrigin), byte(formRef4), 0, 0,
		0,
	}
	const first, second = 29, 50
	info := []byte{4, 0, 0, 0, 0, 0, 8, 1, 4}
	info = binary.LittleEndian.AppendUint64(info, 0x1000)
	info = binary.LittleEndian.AppendUint64(info, 0x2000)
	for _, f := range []struct{ low, other uint64 }{{0x1000, second}, {0x2000, first}} {
		info = append(info, 2)
		info = binary.LittleEndian.AppendUint64(info, f.low)
		info = binary.LittleEndian.AppendUint64(info, 0x100)
		info = binary.LittleEndian.AppendUint32(info, uint32(f.other))
	}
	info = append(info, 0)
	info = append(binary.LittleEndian.AppendUint32(nil, uint32(len(info))), info...)
	content := map[string][]byte{".debug_info": info, ".debug_abbrev": abbrev}
	d := New(func(name string) (io.ReaderAt, int64) {
		return bytes.NewReader(content[name]), int64(len(content[name]))
	})
	for _, addr := range []uint64{0x1010, 0x2010} {
		calls := d.Calls(nil, addr)
		if len(calls) != 1 || calls[0].Entry != addr-0x10 || calls[0].Qualified() != "" {
			t.Errorf("%#x: %+v, want a function without a name", addr, calls)
		}
	}
}
