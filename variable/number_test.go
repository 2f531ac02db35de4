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
