package unwind

import (
	"debug/elf"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
)

// arm64CIE: version 1, "zRB", code alignment 4, data alignment -8, x30; DW_CFA_def_cfa sp 0.
var arm64CIE = cat(1, "zRB\x00", 4, 0x78, 30, 1, 0x1b, 0x0c, 31, 0)

// A stack of arm64: a leaf called by a function that signs its return address, called by a handler
// of a signal that interrupted a leaf, called by the outermost function.
func TestARM64(t *testing.T) {
	b := newBuilder(arm64CIE)
	b.function(0, 0x20, 0) // a leaf: the return address is in x30
	b.function(0x100, 0x40,
		0x41, 0x2d, // behind paciasp: the return address is signed
		0x41, 0x0e, 0x20, 0x9d, 4, 0x9e, 3) // behind stp x29,x30,[sp,#-32]!
	b.function(0x200, 0x20, 0x41, 0x0e, 0x10, 0x9d, 2, 0x9e, 1) // the handler
	b.function(0x300, 0x20, 0x07, 30)                           // the outermost
	const signed = 0x00a5 << 48
	const sp, frame = 0x7000, 0x7030
	saved := make([]uint64, 34)
	saved[29], saved[30], saved[31], saved[32] = 0x7777, code(0x310), 0x9000, code(0x10)
	context := append([]uint64{0}, saved...) // fault_address
	memory := mem.Snapshot{
		words(sp, 0x29, signed|code(0x214), 0, 0, 0x2929, code(0x400)),
		words(frame+128+176, context...),
		{Addr: loadedAt + codeAt + 0x400, Data: []byte("\x68\x11\x80\xd2\x01\x00\x00\xd4")},
	}
	u := &Unwinder{Space: b.made(elf.EM_AARCH64).space(t), Memory: memory}
	frames, err := u.Walk(nil, regs(abi.ARM64, map[string]uint64{
		"pc": code(4), "sp": sp, "x30": code(0x110),
	}))
	checkWalk(t, frames, err, nil, []Frame{
		{PC: abi.Addr(code(4)), CFA: sp},
		{PC: abi.Addr(code(0x110)), CFA: sp + 32, Found: CFI, Call: true},
		{PC: abi.Addr(code(0x214)), CFA: sp + 48, Found: CFI, Call: true},
		{PC: abi.Addr(code(0x400)), CFA: 0x9000, Found: CFI, Call: true},
		{PC: abi.Addr(code(0x10)), CFA: 0x9000, Found: SignalFrame, Signal: true},
		{PC: abi.Addr(code(0x310)), Found: CFI, Call: true},
	})
}

// Without call frame information, x29 leads from frame to frame, and a call must be before
// each return address.
func TestARM64FramePointers(t *testing.T) {
	bl, blr, blraa := "\x01\x00\x00\x94", "\x20\x00\x3f\xd6", "\x01\x08\x3f\xd7"
	m := &made{machine: elf.EM_AARCH64}
	memory := mem.Snapshot{
		words(0x7000, 0x7020, code(0x10)),
		words(0x7020, 0x7040, 0x11<<48|code(0x20)),
		words(0x7040, 0, code(0x30)),
		{Addr: loadedAt + codeAt, Data: cat(make([]byte, 12), bl, make([]byte, 12), blr, make([]byte, 12), blraa, make([]byte, 64))},
	}
	u := &Unwinder{Space: m.space(t), Memory: memory}
	frames, err := u.Walk(nil, regs(abi.ARM64, map[string]uint64{"pc": code(0x50), "sp": 0x7000, "x29": 0x7000}))
	checkWalk(t, frames, err, nil, []Frame{
		{PC: abi.Addr(code(0x50)), CFA: 0x7010},
		{PC: abi.Addr(code(0x10)), CFA: 0x7030, Found: FramePointer, Call: true},
		{PC: abi.Addr(code(0x20)), CFA: 0x7050, Found: FramePointer, Call: true},
		{PC: abi.Addr(code(0x30)), Found: FramePointer, Call: true},
	})
}

// checkWalk compares what a walk found, but for the modules.
func checkWalk(t *testing.T, frames []Frame, err, wantErr error, want []Frame) {
	t.Helper()
	if err != wantErr {
		t.Errorf("error %v, want %v", err, wantErr)
	}
	for i := range max(len(frames), len(want)) {
		if i >= len(frames) || i >= len(want) {
			t.Fatalf("%d frames, want %d: %v", len(frames), len(want), frames)
		}
		got := frames[i]
		got.Module = nil
		if got != want[i] {
			t.Errorf("frame %d: got %+v, want %+v", i, got, want[i])
		}
	}
}
