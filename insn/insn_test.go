package insn_test

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/insn"
)

func TestDecode(t *testing.T) {
	for _, test := range []struct {
		abi    *abi.ABI
		code   string
		len    int
		flow   insn.Flow
		target abi.Addr
	}{
		{abi.AMD64, "90", 1, insn.Falls, 0},
		{abi.AMD64, "f3 0f 1e fa", 4, insn.Falls, 0},
		{abi.AMD64, "48 b8 1122334455667788", 10, insn.Falls, 0},
		{abi.AMD64, "eb fe", 2, insn.Jumps, 0x1000},
		{abi.AMD64, "0f 84 00010000", 6, insn.Branches, 0x1106},
		{abi.AMD64, "66 66 48 e8 00000000", 8, insn.Calls, 0x1008},
		{abi.AMD64, "ff 25 00000000", 6, insn.JumpsByValue, 0},
		{abi.AMD64, "41 ff d4", 3, insn.CallsByValue, 0},
		{abi.AMD64, "c2 0800", 3, insn.Returns, 0},
		{abi.AMD64, "0f 05", 2, insn.Enters, 0},
		{abi.AMD64, "cc", 1, insn.Traps, 0},
		{abi.AMD64, "0f 0b", 2, insn.Stops, 0},
		{abi.AMD64, "d5 00 a1 0020000000000000", 11, insn.Jumps, 0x2000},
		{abi.AMD64, "62 f3 7d 48 39 05 00000000 01", 11, insn.Falls, 0},
		{abi.AMD64, "48 66 b8 3412", 5, insn.Falls, 0},    // a REX that is not the last prefix
		{abi.AMD64, "66 0f 78 c0 0102", 6, insn.Falls, 0}, // extrq
		{abi.X32, "ff d0", 2, insn.CallsByValue, 0},
		{abi.I386, "40", 1, insn.Falls, 0},
		{abi.I386, "67 8b 06 3412", 5, insn.Falls, 0},
		{abi.I386, "66 e8 fcff", 4, insn.Calls, 0x1000},
		{abi.I386, "9a 00000000 2300", 7, insn.Leaves, 0},
		{abi.I386, "c5 fc 77", 3, insn.Falls, 0},
		{abi.I386, "c5 06", 2, insn.Falls, 0}, // lds
	} {
		i, err := insn.Decode(test.abi, 0x1000, unhex(test.code))
		if err != nil {
			t.Error(err)
			continue
		}
		if target, _ := i.Target(); i.Len != test.len || i.Flow != test.flow || target != test.target {
			t.Errorf("%s: %d bytes, flow %d, target %s", test.code, i.Len, i.Flow, target)
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	for _, test := range []struct {
		abi  *abi.ABI
		code string
		want error
	}{
		{abi.AMD64, "", insn.ErrTruncated},
		{abi.AMD64, "48", insn.ErrTruncated},
		{abi.AMD64, "48 8b 05 000000", insn.ErrTruncated},
		{abi.AMD64, "06", insn.ErrUnknown},
		{abi.AMD64, strings.Repeat("66", 15) + "90", insn.ErrUnknown},
		{abi.AMD64, "0f 04", insn.ErrUnknown},
		{abi.ARM64, "1f2003d5", insn.ErrMachine},
	} {
		if _, err := insn.Decode(test.abi, 0, unhex(test.code)); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.code, err, test.want)
		}
	}
}

func unhex(s string) []byte {
	code, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return code
}
