package unwind

import (
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/procfs"
)

// On arm64, a call that was injected into a function without a frame leads on to that
// function's caller: what was in the link register is on the stack.
func TestGoInjectedARM64(t *testing.T) {
	program := fixture.BuildGo(t, "testdata/goroutines/main.go", []string{"CGO_ENABLED=0", "GOARCH=arm64"})
	f, err := image.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	named := func(name string) image.GoFunc {
		fn, ok := f.GoTable().Named(name)
		if !ok {
			t.Fatalf("no %s", name)
		}
		return fn
	}
	panics, leaf, caller := named("runtime.sigpanic"), named("runtime.memequal"), named("main.main")
	inCaller, size := framed(t, caller)
	const sp = 0x7000
	stack := make([]uint64, (2*goPushed+size)/8)
	stack[0] = inCaller          // what the link register had when the signal came
	stack[goPushed/8] = 0x123456 // where main.main returns to
	u := &Unwinder{
		Space: image.NewSpace([]procfs.Mapping{{Start: 0x10000, End: 0x10000000, Offset: 0, Perm: procfs.Executable, Inode: 1, Path: program}},
			func(procfs.Mapping) (*image.File, error) { return f, nil }),
		Memory: mem.Snapshot{words(sp, stack...)},
	}
	r := regs(abi.ARM64, map[string]uint64{"pc": panics.Entry, "sp": sp, "x30": leaf.Entry})
	frames, _ := u.Walk(nil, r)
	want := []Frame{
		{PC: abi.Addr(panics.Entry)},
		{PC: abi.Addr(leaf.Entry), Found: GoTable},
		{PC: abi.Addr(inCaller), Found: GoTable, Call: true},
		{PC: 0x123456, Found: GoTable, Call: true},
	}
	for i, w := range want {
		if i >= len(frames) {
			t.Fatalf("%d frames: %+v", len(frames), frames)
		}
		if g := frames[i]; g.PC != w.PC || g.Found != w.Found || g.Call != w.Call {
			t.Errorf("frame %d: %+v, want %+v", i, g, w)
		}
	}
}

// framed is an address in a function where it has a frame, and its size.
func framed(t *testing.T, f image.GoFunc) (addr, size uint64) {
	t.Helper()
	for addr := f.Entry + 4; addr < f.End; addr += 4 {
		if size, ok := f.StackSize(addr - 1); ok && size > 0 {
			return addr, size
		}
	}
	t.Fatalf("%s has no frame", f.Name())
	return 0, 0
}
