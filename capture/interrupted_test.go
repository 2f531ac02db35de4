package capture

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
)

// The word that tells a signal frame on amd64 is found wherever it is in a stack, unless it is
// not a word, or the stack pointer before it is not there.
func TestFramesAMD64(t *testing.T) {
	const size, selectors = 256, 0x002b_0000_0000_0033
	for at := range size {
		data := slices.Repeat([]byte{0x2b}, size)
		var want []abi.Addr
		if at+8 <= size {
			binary.LittleEndian.PutUint64(data[at:], selectors)
			if at%8 == 0 && at >= 24 {
				want = []abi.Addr{0x2b2b_2b2b_2b2b_2b2b}
			}
		}
		if got := framesAMD64(&mem.Span{Data: data}); !slices.Equal(got, want) {
			t.Errorf("at %d: %v, want %v", at, got, want)
		}
	}
	if got := framesAMD64(&mem.Span{}); got != nil {
		t.Errorf("of nothing: %v", got)
	}
}
