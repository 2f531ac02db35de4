package insn_test

import (
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/insn"
	"github.com/trapline/trapline/mem"
)

func BenchmarkDecode(b *testing.B) {
	code := unhex("62 f3 7d 48 39 05 00000000 01")
	for b.Loop() {
		if _, err := insn.Decode(abi.AMD64, text, code); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEmulate(b *testing.B) {
	i, start := decode(b, abi.AMD64, "ff 14 24"), registers(abi.AMD64)
	var m mem.Reader = memory
	for b.Loop() {
		regs := *start
		if _, ok := i.Emulate(&regs, m); !ok {
			b.Fatal(i)
		}
	}
}

func BenchmarkMove(b *testing.B) {
	i := decode(b, abi.AMD64, "8b 05 00010000")
	for b.Loop() {
		if _, err := i.Move(near); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSplit(b *testing.B) {
	var code []byte
	for range 100 {
		code = append(code, unhex("55 4889e5 48ffc9 75fb 7402 eb01 90 c9 c3")...)
	}
	b.SetBytes(int64(len(code)))
	for b.Loop() {
		insn.Split(abi.AMD64, text, code).Blocks(insn.AtCalls)
	}
}
