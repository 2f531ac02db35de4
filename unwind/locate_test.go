package unwind

import (
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
)

// Where nobody knows the frame's CFA, as of what an object says of itself, an expression that asks
// for it is a bad one.
func TestLocateWithoutCFA(t *testing.T) {
	l := Locator{Regs: regs(abi.AMD64, map[string]uint64{"rsp": 0x7000}), Memory: mem.Snapshot{}}
	if pieces, err := l.Locate([]byte{opCallFrameCFA}, 0x1000); err != errExpression {
		t.Errorf("%+v, %v", pieces, err)
	}
	l.AtEntry = true
	if pieces, err := l.Locate([]byte{opEntryValue, 1, opCallFrameCFA, opStackValue}); len(pieces) > 0 || err != nil {
		t.Errorf("%+v, %v, want that it is absent", pieces, err)
	}
}
