package insn_test

import (
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/insn"
	"github.com/trapline/trapline/mem"
)

const (
	text  abi.Addr = 0x401000
	stack abi.Addr = 0x7ff0
)

// registers are those of a thread at text with its stack pointer at stack.
func registers(a *abi.ABI) *abi.Regs {
	r := &abi.Regs{ABI: a}
	r.SetPC(text)
	r.SetSP(stack)
	return r
}

func decode(t testing.TB, a *abi.ABI, code string) *insn.Inst {
	t.Helper()
	i, err := insn.Decode(a, text, unhex(code))
	if err != nil {
		t.Fatal(err)
	}
	return &i
}

var memory = mem.Snapshot{{Addr: stack, Data: []byte{0x00, 0x20, 0x40, 0, 0, 0, 0, 0}}}

func TestEmulate(t *testing.T) {
	for _, test := range []struct {
		abi    *abi.ABI
		code   string
		effort insn.Effort
		pc, sp abi.Addr
		write  insn.Write
	}{
		{abi.AMD64, "f3 0f 1e fa", insn.ByRegisters, text + 4, stack, insn.Write{}},
		{abi.AMD64, "c3", insn.ByReading, 0x402000, stack + 8, insn.Write{}},
		{abi.AMD64, "c2 1000", insn.ByReading, 0x402000, stack + 24, insn.Write{}},
		{abi.AMD64, "e8 00010000", insn.ByWriting, text + 0x105, stack - 8, insn.Write{Addr: stack - 8, Value: uint64(text) + 5, Size: 8}},
		{abi.AMD64, "6a ff", insn.ByWriting, text + 2, stack - 8, insn.Write{Addr: stack - 8, Value: ^uint64(0), Size: 8}},
		{abi.AMD64, "ff 24 24", insn.ByReading, 0x402000, stack, insn.Write{}},
		{abi.AMD64, "74 10", insn.ByRegisters, text + 2, stack, insn.Write{}},
		{abi.AMD64, "75 10", insn.ByRegisters, text + 0x12, stack, insn.Write{}},
		{abi.I386, "6a ff", insn.ByWriting, text + 2, stack - 4, insn.Write{Addr: stack - 4, Value: 0xFFFFFFFF, Size: 4}},
		{abi.I386, "c3", insn.ByReading, 0x402000, stack + 4, insn.Write{}},
		{abi.I386, "65 ff 15 10000000", insn.Beyond, 0, 0, insn.Write{}}, // nobody says where gs begins
		{abi.AMD64, "0f 05", insn.Beyond, 0, 0, insn.Write{}},
		{abi.AMD64, "66 e8 00000000", insn.Beyond, 0, 0, insn.Write{}},
	} {
		i := decode(t, test.abi, test.code)
		regs := registers(test.abi)
		w, ok := i.Emulate(regs, memory)
		if i.Effort() != test.effort || ok != (test.effort != insn.Beyond) {
			t.Errorf("%s: effort %d, emulated %v", i, i.Effort(), ok)
		} else if ok && (w != test.write || regs.PC() != test.pc || regs.SP() != test.sp) {
			t.Errorf("%s: %+v, pc %s, sp %s", i, w, regs.PC(), regs.SP())
		}
	}
}

// What would fault or trap is left to the processor, with everything as it was.
func TestEmulateNot(t *testing.T) {
	const trap, alignment = 1 << 8, 1 << 18
	for _, test := range []struct {
		code, register string
		value          uint64
	}{
		{"c3", "rsp", 0x1000},                     // no memory there
		{"58", "rsp", 0x1000},                     //
		{"c9", "rbp", 0x1000},                     //
		{"ff d0", "rax", 1 << 47},                 // no address a program can have
		{"55", "eflags", trap},                    // the program steps itself
		{"55", "eflags", alignment},               // and may want a fault
		{"55", "ss", 0x7},                         // segments of its own
		{"ff 14 25 00100000", "fs_base", 1 << 20}, // no memory there
	} {
		i := decode(t, abi.AMD64, test.code)
		regs := registers(abi.AMD64)
		for n, r := range regs.ABI.Regs {
			if r.Name == test.register {
				regs.Values[n] = test.value
			}
		}
		before := *regs
		if _, ok := i.Emulate(regs, memory); ok {
			t.Errorf("%s with %s %#x was emulated", i, test.register, test.value)
		}
		if *regs != before {
			t.Errorf("%s: registers have changed", i)
		}
	}
}

func TestWriteAppend(t *testing.T) {
	for _, test := range []struct {
		write insn.Write
		want  string
	}{
		{insn.Write{}, "x"},
		{insn.Write{Value: 0x64636261, Size: 4}, "xabcd"},
		{insn.Write{Value: 0x6867666564636261, Size: 8}, "xabcdefgh"},
	} {
		if got := string(test.write.Append([]byte("x"))); got != test.want {
			t.Errorf("%+v gives %q", test.write, got)
		}
	}
}

// Neither the instruction nor the registers have to be on the heap.
func TestEmulateAllocatesNothing(t *testing.T) {
	for _, code := range []string{"55", "c3", "74 10", "ff 24 24", "48 83 ec 20", "e8 00000000"} {
		b, start := unhex(code), registers(abi.AMD64)
		var m mem.Reader = memory
		if n := testing.AllocsPerRun(100, func() {
			i, err := insn.Decode(abi.AMD64, text, b)
			regs := *start
			if _, ok := i.Emulate(&regs, m); !ok || err != nil {
				t.Fatal(code)
			}
		}); n > 0 {
			t.Errorf("%s: %v allocations", code, n)
		}
	}
}
