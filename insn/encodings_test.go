package insn

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
)

// encodings is one instruction of each form that programs have, as make insn writes them.
var encodings = flag.String("encodings", "testdata/encodings.txt", "the instructions to test, in this `file`")

// An encoding is an instruction of a program, which ends where objdump says.
type encoding struct {
	abi  *abi.ABI
	code []byte
}

func readEncodings(t testing.TB) (all []encoding) {
	t.Helper()
	text, err := os.ReadFile(*encodings)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var bits int
		e := encoding{abi: abi.AMD64}
		if _, err := fmt.Sscanf(line, "%d %x", &bits, &e.code); err != nil {
			t.Fatalf("%s: line %q: %v", *encodings, line, err)
		}
		if bits == 32 {
			e.abi = abi.I386
		}
		all = append(all, e)
	}
	return all
}

// Every instruction is as long as objdump says, whatever follows it, and not complete before.
func TestEncodings(t *testing.T) {
	all := readEncodings(t)
	if len(all) < 5000 {
		t.Errorf("only %d instructions", len(all))
	}
	for _, e := range all {
		for _, after := range [][]byte{nil, bytes.Repeat([]byte{0xFF}, MaxLen), make([]byte, MaxLen)} {
			i, err := Decode(e.abi, textAt, append(bytes.Clone(e.code), after...))
			if err != nil || !bytes.Equal(i.Code(), e.code) {
				t.Errorf("%s % x: %d bytes, %v", e.abi, e.code, i.Len, err)
			}
		}
		for n := range e.code {
			if _, err := Decode(e.abi, textAt, e.code[:n]); !errors.Is(err, ErrTruncated) {
				t.Errorf("%s % x, cut to %d bytes: %v", e.abi, e.code, n, err)
			}
		}
	}
}

// Effort tells the truth: with a usual thread and all memory readable, an instruction is
// emulated or it is Beyond, and only ByWriting writes.
func TestEffort(t *testing.T) {
	for _, e := range readEncodings(t) {
		i, err := Decode(e.abi, farAt, e.code)
		if err != nil {
			t.Fatal(err)
		}
		regs := abi.Regs{ABI: e.abi}
		regs.SetSP(stackAt + middle)
		memory := &counter{}
		w, ok := i.Emulate(&regs, memory)
		effort := i.Effort()
		if ok != (effort != Beyond) || w.Size > 0 != (effort == ByWriting) || memory.reads > 0 && effort < ByReading {
			t.Errorf("%s: effort %d, emulated %v, %+v, %d reads", &i, effort, ok, w, memory.reads)
		}
	}
}

// A counter is memory full of zeroes that counts how often it is read.
type counter struct{ reads int }

func (c *counter) ReadMem(p []byte, addr abi.Addr) (int, error) {
	c.reads++
	clear(p)
	return len(p), nil
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("\xff\x54\x24\x08"), false)
	f.Add([]byte("\x67\x8b\x05\x00\x01\x00\x00"), false)
	f.Add([]byte("\x62\xf1\x7c\x48\x10\x06"), true)
	f.Add([]byte("\xd5\x88\x05\x01\x02\x03\x04"), false)
	f.Add([]byte("\x8f\xe8\x78\xc0\xc1\x00"), true)
	f.Fuzz(func(t *testing.T, code []byte, narrow bool) {
		a := abi.AMD64
		if narrow {
			a = abi.I386
		}
		i, err := Decode(a, textAt, code)
		if err != nil {
			return
		}
		if i.Len < 1 || i.Len > len(code) || i.Len > MaxLen {
			t.Fatalf("% x has %d bytes", code, i.Len)
		}
		if again, err := Decode(a, textAt, i.Code()); err != nil || again.Len != i.Len {
			t.Errorf("% x has %d bytes, then %d, %v", code, i.Len, again.Len, err)
		}
		regs := abi.Regs{ABI: a}
		if _, ok := i.Emulate(&regs, mem.Snapshot{}); ok && i.Effort() == Beyond {
			t.Errorf("%s was emulated", &i)
		}
		fuzzMove(t, &i, nearAt)
		fuzzMove(t, &i, farAt)
	})
}

// fuzzMove checks that a copy is made of instructions, each of which has a place in the original.
func fuzzMove(t *testing.T, i *Inst, to abi.Addr) {
	m, err := i.Move(to)
	if err != nil {
		return
	}
	if len(m.Code) > MaxMoved {
		t.Errorf("%s becomes %d bytes", i, len(m.Code))
	}
	for _, p := range m.points {
		if _, err := Decode(i.ABI, to, m.Code[p.offset:]); err != nil {
			t.Errorf("%s becomes % x: %v", i, m.Code, err)
		}
	}
}
