package decode

import (
	"testing"

	"github.com/trapline/trapline/value"
)

// Whatever messages a program sends, decoding ends and says something.
func FuzzNetlink(f *testing.F) {
	f.Add(0, []byte("\x24\x00\x00\x00\x10\x00\x01\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x07\x00\x03\x00lo\x00\x00"))
	f.Add(4, []byte("\x28\x00\x00\x00\x14\x00\x02\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00/a\x00\x00"))
	f.Add(12, []byte("\x1c\x00\x00\x00\x01\x0a\x01\x00\x01\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x08\x00\x01\x00abcd"))
	f.Add(16, []byte("\x1c\x00\x00\x00\x10\x00\x01\x00\x01\x00\x00\x00\x00\x00\x00\x00\x03\x01\x00\x00\x06\x00\x01\x00\x10\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, protocol int, b []byte) {
		var c Call
		x := newNetlinkContext(&c, nil)
		if len(b) >= netlinkHeader && x.netlinkMessages(protocol, b) == value.Value(nil) {
			t.Errorf("%d bytes of protocol %d are nothing", len(b), protocol)
		}
	})
}

// Whatever bytes an address has, decoding it stays within them.
func FuzzSocketAddress(f *testing.F) {
	for _, family := range []byte{1, 2, 4, 9, 10, 16, 17, 30, 31, 33, 36, 38, 39, 40, 42, 44, 45} {
		f.Add(append([]byte{family, 0}, make([]byte, 34)...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var c Call
		x := newNetlinkContext(&c, nil)
		if len(b) >= 2 && x.sockaddrOf(b) == value.Value(nil) {
			t.Errorf("an address of %d bytes is nothing", len(b))
		}
	})
}
