package unwind

import (
	"debug/elf"
	"errors"
	"slices"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
)

// amd64CIE: version 1, "zR", code alignment 1, data alignment -8, rip; the CFA is 8 above the
// stack pointer and the return address below it.
var amd64CIE = cat(1, "zR\x00", 1, 0x78, 16, 1, 0x1b, 0x0c, 7, 8, 0x90, 1)

// walkable has functions of amd64: one at 0 with a frame of 16 bytes, one at 0x100 whose caller is
// not above it, one at 0x200 that is outermost, one at 0x300 whose table is damaged.
func walkable() *made {
	b := newBuilder(amd64CIE)
	b.function(0, 0x100, 0x0e, 16)
	b.function(0x100, 0x100, 0x0e, 0)
	b.function(0x200, 0x100, 0x07, 16)
	b.function(0x300, 0x100, 0x3f)
	return b.made(elf.EM_X86_64)
}

func TestEnds(t *testing.T) {
	const sp = 0x7000
	end := code(0x210)
	for _, test := range []struct {
		name   string
		pc     uint64
		stack  []uint64
		limit  int
		frames int
		err    string
	}{
		{"at the outermost", code(1), []uint64{0, code(2), 0, end}, 0, 3, ""},
		{"at a return address of zero", code(1), []uint64{0, 0}, 0, 1, ""},
		{"where memory ends", code(1), []uint64{0, code(1)}, 0, 2,
			"unwind: memory at 0x7018 cannot be read: mem: read 4072 bytes at 0x7018: no memory at this address"},
		{"where the caller is not above", code(1), []uint64{0, code(0x101), 0, 0}, 0, 2, ErrAdvance.Error()},
		{"where there is no code", code(1), []uint64{0, 0x123456, 0, 0}, 0, 2, "unwind: no unwind information for 0x123456"},
		{"where no table has it", code(1), []uint64{0, code(0x500), 0, 0}, 0, 2, "unwind: no unwind information for 0x401500 in /made"},
		{"in code that no file has", code(1), []uint64{0, 0x500030, 0, 0}, 0, 2, "unwind: no unwind information for 0x500030"},
		{"where the table is damaged", code(1), []uint64{0, code(0x301), 0, 0}, 0, 2,
			"unwind: no unwind information for 0x401301 in /made: bad call frame instruction"},
		{"at the limit", code(1), []uint64{0, code(2), 0, code(3), 0, end}, 2, 2, ErrFrames.Error()},
		{"within the limit", code(1), []uint64{0, code(2), 0, end}, 3, 3, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			u := &Unwinder{Space: walkable().space(t), Memory: mem.Snapshot{words(sp, test.stack...)}, Limit: test.limit}
			frames, err := u.Walk(nil, regs(abi.AMD64, map[string]uint64{"rip": test.pc, "rsp": sp, "rbp": 1}))
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != test.err || len(frames) != test.frames {
				t.Errorf("%d frames and %q, want %d and %q", len(frames), got, test.frames, test.err)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	u := &Unwinder{Space: walkable().space(t), Memory: mem.Snapshot{}}
	_, err := u.Walk(nil, regs(abi.AMD64, map[string]uint64{"rip": code(1), "rsp": 0x7000}))
	if memory := (*MemoryError)(nil); !errors.As(err, &memory) || !errors.Is(err, mem.ErrUnmapped) || memory.Addr != 0x7008 {
		t.Error(err)
	}
	_, err = u.Walk(nil, regs(abi.AMD64, map[string]uint64{"rip": code(0x301), "rsp": 0x7000}))
	if info := (*NoInfoError)(nil); !errors.As(err, &info) || !errors.Is(err, errProgram) {
		t.Error(err)
	}
	if _, err = u.Walk(nil, &abi.Regs{ABI: &abi.ABI{}}); err != ErrABI {
		t.Error(err)
	}
}

// A signal frame may lead anywhere, also to itself: the leaps are counted.
func TestEndlessSignals(t *testing.T) {
	context := make([]uint64, 17)
	context[15], context[16] = 0x7000, 0x500000 // rsp, rip: the trampoline again
	memory := mem.Snapshot{
		words(0x7000+40, context...),
		{Addr: 0x500000, Data: []byte("\x48\xc7\xc0\x0f\x00\x00\x00\x0f\x05")},
	}
	u := &Unwinder{Space: walkable().space(t), Memory: memory}
	frames, err := u.Walk(nil, regs(abi.AMD64, map[string]uint64{"rip": 0x500000, "rsp": 0x7000}))
	if err != ErrAdvance || len(frames) > 2*maxLeaps {
		t.Errorf("%d frames, %v", len(frames), err)
	}
}

// A handler may be about to make what it has interrupted call a function: the return address
// is there, the call is not.
func TestPushedCall(t *testing.T) {
	context := make([]uint64, 17)
	context[15], context[16] = 0x8000, code(2) // rsp, rip
	memory := mem.Snapshot{
		words(0x7000+40, context...),
		words(0x8000, code(2), 0, code(0x210), 0, 0),
		{Addr: 0x500000, Data: []byte("\x48\xc7\xc0\x0f\x00\x00\x00\x0f\x05")},
	}
	u := &Unwinder{Space: walkable().space(t), Memory: memory}
	frames, err := u.Walk(nil, regs(abi.AMD64, map[string]uint64{"rip": 0x500000, "rsp": 0x7000}))
	checkWalk(t, frames, err, nil, []Frame{
		{PC: 0x500000, CFA: 0x8008},
		{PC: abi.Addr(code(2)), CFA: 0x8018, Found: SignalFrame, Signal: true},
		{PC: abi.Addr(code(0x210)), Found: CFI, Call: true},
	})
}

// A call through a null pointer: the return address is where the call has put it.
func TestNullCall(t *testing.T) {
	memory := mem.Snapshot{
		words(0x7000, code(2), 0, code(0x210)),
		{Addr: loadedAt + codeAt - 16, Data: slices.Concat(make([]byte, 16), []byte("\xff\xd0"), make([]byte, 62))}, // call *%rax
	}
	u := &Unwinder{Space: walkable().space(t), Memory: memory}
	frames, err := u.Walk(nil, regs(abi.AMD64, map[string]uint64{"rip": 0, "rsp": 0x7000}))
	checkWalk(t, frames, err, nil, []Frame{
		{PC: 0, CFA: 0x7008},
		{PC: abi.Addr(code(2)), CFA: 0x7018, Found: FramePointer, Call: true},
		{PC: abi.Addr(code(0x210)), Found: CFI, Call: true},
	})
}

// A table that is a word off, as that of i386's memcpy in glibc: what it takes for the return
// address is no code, and the next word is the return address.
func TestTableAWordOff(t *testing.T) {
	memory := mem.Snapshot{
		words(0x7000, 0, 0xf, code(2), 0, code(0x210)),
		{Addr: loadedAt + codeAt - 16, Data: slices.Concat(make([]byte, 16), []byte("\xff\xd0"), make([]byte, 62))},
	}
	u := &Unwinder{Space: walkable().space(t), Memory: memory}
	frames, err := u.Walk(nil, regs(abi.AMD64, map[string]uint64{"rip": code(1), "rsp": 0x7000}))
	checkWalk(t, frames, err, nil, []Frame{
		{PC: abi.Addr(code(1)), CFA: 0x7010},
		{PC: 0xf, CFA: 0x7018, Found: CFI, Call: true},
		{PC: abi.Addr(code(2)), CFA: 0x7028, Found: FramePointer, Call: true},
		{PC: abi.Addr(code(0x210)), Found: CFI, Call: true},
	})
}

func TestWalkAllocates(t *testing.T) {
	stack := append([]uint64{0, code(2), 0, code(3), 0, code(4), 0, code(0x210)}, make([]uint64, page/8)...)
	memory := mem.Snapshot{words(0x7000, stack...)}
	u := &Unwinder{Space: walkable().space(t), Memory: memory}
	r := regs(abi.AMD64, map[string]uint64{"rip": code(1), "rsp": 0x7000})
	frames := make([]Frame, 0, 16)
	n := testing.AllocsPerRun(100, func() {
		if got, err := u.Walk(frames, r); err != nil || len(got) != 5 {
			t.Fatal(len(got), err)
		}
	})
	if n > 0 {
		t.Errorf("%v allocations", n)
	}
}
