package procfs

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const uringText = `pos:	0
flags:	02000002
mnt_id:	17
ino:	91870305
SqMask:	0x7
SqHead:	0
SqTail:	3
CachedSqHead:	0
CqMask:	0xf
CqHead:	0
CqTail:	0
CachedCqTail:	0
SQEs:	3
    5: opcode:OPENAT, fd:-100, flags:0, off:0, addr:0x555a8302200a, rw_flags:0x80000, buf_index:0 user_data:1
    1: opcode:WRITE, fd:1, flags:0, off:18446744073709551615, addr:0x555a83022018, rw_flags:0x0, buf_index:0 user_data:2
    7: opcode:NOP128, fd:0, flags:0, off:0, addr:0x0, rw_flags:0x0, buf_index:0 user_data:3, e0:0x0, e1:0x0
CQEs:	1
    0: user_data:1, res:3, flags:0
SqThread:	-1
`

func TestParseURing(t *testing.T) {
	got, err := ParseURing([]byte(uringText))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&Ring{Inode: 91870305, Pending: []uint32{5, 1, 7}}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	wide := "SQEs:\t1\n    2: opcode:NOP, fd:0, flags:0, off:0, addr:0x0, rw_flags:0x0, buf_index:0 user_data:3, e0:0x0\n"
	got, err = ParseURing([]byte(wide))
	if diff := cmp.Diff(&Ring{Wide: true, Pending: []uint32{2}}, got); err != nil || diff != "" {
		t.Errorf("a wide one: %v, -want +got:\n%s", err, diff)
	}
	for _, other := range []string{"", fdInfoText} {
		if got, err := ParseURing([]byte(other)); got != nil || err != nil {
			t.Errorf("%q gave %+v, %v", other, got, err)
		}
	}
	if got, err := ParseURing([]byte("ino:\tx\nSQEs:\t0\n")); err == nil {
		t.Errorf("an inode of x gave %+v", got)
	}
}

func TestRingEntries(t *testing.T) {
	r := Ring{Inode: 1}
	if start, end, err := r.Entries(os.Getpid()); start != 0 || end != 0 || err != nil {
		t.Errorf("a ring that is not there lies at %#x to %#x, %v", start, end, err)
	}
}

func FuzzParseURing(f *testing.F) {
	f.Add([]byte(uringText))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if r, err := ParseURing(raw); err == nil && r != nil && len(r.Pending) > len(raw) {
			t.Errorf("%d entries from %d bytes", len(r.Pending), len(raw))
		}
	})
}
