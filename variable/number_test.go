package variable

import (
	"bytes"
	"testing"
)

// Bytes that are made more leave what lies behind them alone: they may be debug information.
func TestFit(t *testing.T) {
	info := []byte("constant and what follows")
	if b := fit(info[:8], 10); !bytes.Equal(b, []byte("constant\x00\x00")) || string(info) != "constant and what follows" {
		t.Errorf("%q, and %q is left", b, info)
	}
	if b := fit(info, 3); string(b) != "con" {
		t.Errorf("%q", b)
	}
}

// Numbers are no larger than values, whatever size their types say they have.
func TestVast(t *testing.T) {
	vast := &Type{Kind: Int, Name: "vast", Size: 1 << 62}
	if n := int64(len(number(1, vast.Size))); n != maxValue {
		t.Errorf("a number of %d bytes", n)
	}
	v := Value{typ: &Type{Kind: Struct}, data: make([]byte, 8)}
	if p := v.bitField(&member{bits: 3}, Value{typ: vast}); p.err != nil || int64(len(p.data)) != maxValue {
		t.Errorf("a bit field of %d bytes: %v", len(p.data), p.err)
	}
}
