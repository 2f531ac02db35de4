package insn_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/insn"
)

// places writes S, i or ? for each byte of the code.
func places(f *insn.Function, size int) string {
	var b strings.Builder
	for at := range size {
		b.WriteByte("?Si"[f.Place(text+abi.Addr(at))])
	}
	return b.String()
}

func TestPlace(t *testing.T) {
	for _, test := range []struct {
		name, code, want string
	}{
		{"straight", "55 4889e5 c9 c3", "SSiiSS"},
		{"branch back", "48ffc9 75fb c3", "SiiSiS"},
		{"a jump past a prefix", "7401 f0480fb10f c3", "SiSSiiiS"},
		{"cases that a jump by value leads to", "ffe0 53 31c0 c3", "SiSS?S"},
		{"padding", "ffe0 90 31c0 c3", "SiSS?S"},
		{"data after a jump", "ffe0 06 07 90 c3", "Si????"},
		{"data that a branch jumps over", "eb02 06 07 c3", "Si??S"},
		{"a gap that does not end where code begins", "eb01 e8 c3", "Si?S"},
		{"a gap that goes on into code", "eb01 b0 c3", "Si?S"},
		{"a guess that jumps into code", "488d0500000000 c3 ebf7", "SiiiiiiSS?"},
		{"code that ends within an instruction", "90 4889", "S??"},
		{"padding after a return", "c3 660f1f440000", "SS?????"},
		{"nothing", "", ""},
	} {
		code := unhex(test.code)
		if got := places(insn.Split(abi.AMD64, text, code), len(code)); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestPlaceOutside(t *testing.T) {
	f := insn.Split(abi.AMD64, text, []byte{0x90})
	for _, addr := range []abi.Addr{text - 1, text + 1, 0, ^abi.Addr(0)} {
		if f.Place(addr) != insn.Unknown {
			t.Errorf("%s is known", addr)
		}
	}
}

// blocks writes each block as its first and last instruction, where it goes, ! for out, after
// > if it is entered.
func blocks(f *insn.Function, cut insn.Cut) string {
	var all []string
	for _, b := range f.Blocks(cut) {
		s := fmt.Sprintf("%d-%d", b.Addr-text, b.Last-text)
		for n, to := range b.To {
			s += fmt.Sprintf("%c%d", ">,"[min(n, 1)], to-text)
		}
		if b.Out {
			s += "!"
		}
		if b.Entered {
			s = ">" + s
		}
		all = append(all, s)
	}
	return strings.Join(all, " ")
}

func TestBlocks(t *testing.T) {
	for _, test := range []struct {
		name, code string
		cut        insn.Cut
		want       string
		byValue    bool
	}{
		{"one", "55 4889e5 c9 c3", insn.AtJumps, "0-5!", false},
		{"a loop", "55 48ffc9 75fb c3", insn.AtJumps, "0-0>1 1-4>1,6 6-6!", false},
		{"both ways", "7402 eb01 90 c3", insn.AtJumps, "0-0>4,2 2-2>5 4-4>5 5-5!", false},
		{"a call", "55 e810000000 5d c3", insn.AtJumps, "0-7!", false},
		{"a call that ends a block", "55 e810000000 5d c3", insn.AtCalls, "0-1>6! 6-7!", false},
		{"a tail call", "7405 e900010000 c3", insn.AtJumps, "0-0>7,2 2-2! 7-7!", false},
		{"a switch", "ffe0 90 c3", insn.AtJumps, "0-0! 3-3!", true},
		{"padding before a target", "eb03 0f1f00 c3", insn.AtJumps, "0-0>5 5-5!", false},
		{"padding that a guess jumps to", "c3 90 31c0 ebfb", insn.AtJumps, "0-0! 1-1>2 2-4>1", false},
		{"nothing but padding", "c3 66666690", insn.AtJumps, "0-0!", false},
		{"padding that is run", "90 eb00 c3", insn.AtJumps, "0-1>3 3-3!", false},
		{"a trap", "7402 0f0b c3", insn.AtJumps, "0-0>4,2 2-2 4-4!", false},
		{"a jump past a prefix", "7401 f0480fb10f c3", insn.AtJumps, "0-0>3,2 2-2>7 3-3>7 7-7!", false},
		{"the end is missing", "90 90", insn.AtJumps, "0-1", false},
		{"data", "eb01 06 90", insn.AtJumps, "0-0>3 3-3", false},
	} {
		f := insn.Split(abi.AMD64, text, unhex(test.code))
		if got := blocks(f, test.cut); got != test.want || f.JumpsByValue() != test.byValue {
			t.Errorf("%s: %s, by value %v; want %s", test.name, got, f.JumpsByValue(), test.want)
		}
	}
}

func TestPadding32(t *testing.T) {
	f := insn.Split(abi.I386, text, unhex("eb0b 8d742600 8d7600 89f6 6690 c3"))
	if got := blocks(f, insn.AtJumps); got != "0-0>13 13-13!" {
		t.Error(got)
	}
}

// Where other code jumps to, a block begins; not so inside an instruction.
func TestEnter(t *testing.T) {
	f := insn.Split(abi.AMD64, text, unhex("55 4889e5 5d c3 06"))
	for _, at := range []abi.Addr{1, 2, 6, 100, ^abi.Addr(0)} {
		f.Enter(text + at)
	}
	if got := blocks(f, insn.AtJumps); got != "0-0>1 >1-5!" {
		t.Error(got)
	}
}

// Where padding is, what is behind it is meant.
func TestEnterPadding(t *testing.T) {
	f := insn.Split(abi.AMD64, text, unhex("c3 6690 55 c3 90"))
	for _, at := range []abi.Addr{1, 2, 5} {
		f.Enter(text + at)
	}
	if got := blocks(f, insn.AtJumps); got != "0-0! >3-4!" {
		t.Error(got)
	}
}

func TestLink(t *testing.T) {
	hot := insn.Split(abi.AMD64, text, unhex("0f84 fa0f0000 90 90 c3"))
	cold := insn.Split(abi.AMD64, text+0x1000, unhex("90 e9 01f0ffff"))
	insn.Link(hot, cold)
	if got := blocks(hot, insn.AtJumps); got != "0-0>6! 6-6>7 >7-8!" {
		t.Error(got)
	}
}

func FuzzSplit(f *testing.F) {
	f.Add([]byte("\x74\x01\xf0\x48\x0f\xb1\x0f\xc3"), false)
	f.Add([]byte("\xeb\x02\x06\x07\xff\xe0\x90\xc3"), false)
	f.Add([]byte("\xff \xeb\xff\xeb0"), false)
	f.Add([]byte("\xeb\xfe\xe2\xfd\xe8\x00\x00\x00\x00"), true)
	f.Fuzz(func(t *testing.T, code []byte, narrow bool) {
		a := abi.AMD64
		if narrow {
			a = abi.I386
		}
		function := insn.Split(a, text, code)
		for _, cut := range []insn.Cut{insn.AtJumps, insn.AtCalls} {
			checkBlocks(t, function, function.Blocks(cut), text+abi.Addr(len(code)))
		}
	})
}

// checkBlocks checks that blocks are in order, made of instructions, and lead to blocks.
func checkBlocks(t *testing.T, f *insn.Function, blocks []insn.Block, end abi.Addr) {
	begin := map[abi.Addr]bool{}
	for n, b := range blocks {
		begin[b.Addr] = true
		if n > 0 && b.Addr <= blocks[n-1].Addr {
			t.Errorf("block at %s after %s", b.Addr, blocks[n-1].Addr)
		}
		if b.Last < b.Addr || b.End <= b.Last || b.End > end {
			t.Errorf("block %+v", b)
		}
		if f.Place(b.Addr) != insn.Start || f.Place(b.Last) != insn.Start {
			t.Errorf("block %+v begins or ends inside an instruction", b)
		}
	}
	for _, b := range blocks {
		for _, to := range b.To {
			if f.Place(to) == insn.Start && !begin[to] {
				t.Errorf("block %+v goes to %s, where none begins", b, to)
			}
		}
	}
}
