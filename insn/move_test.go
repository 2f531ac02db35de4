package insn_test

import (
	"encoding/hex"
	"errors"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/insn"
)

const (
	near abi.Addr = 0x500000
	away abi.Addr = 0x7f0000000000
)

func TestMove(t *testing.T) {
	for _, test := range []struct {
		abi  *abi.ABI
		code string
		to   abi.Addr
		want string
	}{
		{abi.AMD64, "0f af c3", near, "0fafc3 e9fb0ff0ff"},
		{abi.AMD64, "0f af c3", away, "0fafc3 ff2500000000 0310400000000000"},
		{abi.AMD64, "8b 05 00010000", near, "8b050011f0ff e9fb0ff0ff"},
		{abi.AMD64, "67 8b 05 00010000", away, "678b0500114000 ff2500000000 0710400000000000"},
		{abi.AMD64, "e8 fb000000", near, "ff3505000000 e9f510f0ff 0510400000000000"},
		{abi.AMD64, "ff 54 24 08", near, "ff3507000000 ffa42410000000 0410400000000000"},
		{abi.AMD64, "74 10", near, "7402 eb05 e90910f0ff e9f40ff0ff"},
		{abi.AMD64, "0f 05", near, "0f05 48b90210400000000000 e9f10ff0ff"},
		{abi.I386, "65 ff 15 10000000", near, "6807104000 65ff2510000000"},
		{abi.I386, "e3 10", near, "e302 eb05 e90910f0ff e9f40ff0ff"},
	} {
		m, err := decode(t, test.abi, test.code).Move(test.to)
		if err != nil {
			t.Error(err)
			continue
		}
		if want := unhex(test.want); string(m.Code) != string(want) {
			t.Errorf("%s: %s\nwant %x", test.code, hex.EncodeToString(m.Code), want)
		}
	}
}

func TestMoveNot(t *testing.T) {
	for _, test := range []struct {
		abi  *abi.ABI
		code string
		want error
	}{
		{abi.AMD64, "8b 05 00010000", insn.ErrFar},
		{abi.AMD64, "ff 15 00010000", insn.ErrFar},
		{abi.AMD64, "cc", insn.ErrOwnTrap},
		{abi.AMD64, "cd 03", insn.ErrOwnTrap},
		{abi.AMD64, "f1", insn.ErrOwnTrap},
		{abi.AMD64, "ff d4", insn.ErrBound}, // call *%rsp
		{abi.AMD64, "66 e8 00000000", insn.ErrBound},
		{abi.AMD64, "f0 74 00", insn.ErrBound},
		{abi.AMD64, "ff 18", insn.ErrBound},
		{abi.I386, "9a 00000000 2300", insn.ErrBound},
		{abi.I386, "66 e2 00", insn.ErrBound},
	} {
		if _, err := decode(t, test.abi, test.code).Move(away); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.code, err, test.want)
		}
	}
}

// A program counter inside the copy stands for one at the original; no other does.
func TestOrigin(t *testing.T) {
	m, err := decode(t, abi.AMD64, "0f af c3").Move(near)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		pc, want abi.Addr
		ok       bool
	}{
		{near, text, true},
		{near + 3, text + 3, true},
		{near + 1, 0, false},
		{near + 8, 0, false},
		{text, 0, false},
	} {
		if pc, ok := m.Origin(test.pc); pc != test.want || ok != test.ok {
			t.Errorf("%s stands for %s, %v", test.pc, pc, ok)
		}
	}
}

// In the middle of a call the return address has been pushed already.
func TestRestoreCall(t *testing.T) {
	m, err := decode(t, abi.AMD64, "ff 10").Move(near)
	if err != nil {
		t.Fatal(err)
	}
	regs := registers(abi.AMD64)
	regs.SetPC(near + 6)
	regs.SetSP(stack - 8)
	if !m.Restore(regs) || regs.PC() != text || regs.SP() != stack {
		t.Errorf("pc %s, sp %s", regs.PC(), regs.SP())
	}
}
