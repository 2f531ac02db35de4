package unwind

import (
	"bytes"
	"debug/elf"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/procfs"
)

// From a C function of the race detector the way leads to the goroutine, if the register still has
// its stack pointer. The words on C's stack are none of the walk's business.
func TestRaceDetector(t *testing.T) {
	program := fixture.BuildGo(t, "testdata/race/main.go", []string{"CGO_ENABLED=1"}, "-race")
	file, err := image.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	text, start, err := file.Section(".text")
	if err != nil {
		t.Fatal(err)
	}
	behind := func(function, call string) uint64 {
		at := file.FindSymbol(function)
		if len(at) != 1 {
			t.Fatalf("%s: %x", function, at)
		}
		return at[0] + uint64(bytes.Index(text[at[0]-start:], []byte(call))+len(call))
	}
	detector, race := behind("__tsan_read", "\x55"), behind("racecall", "\xff\xd0")
	writer := file.FindSymbol("main.write")[0] + 16
	copy(text[writer-start-5:], "\xe8\x00\x00\x00\x00") // any place will do
	space := image.NewSpace([]procfs.Mapping{{
		Start: abi.Addr(start &^ 0xfff), End: abi.Addr(start + uint64(len(text))), Perm: procfs.Executable, Offset: offsetOf(t, program, start&^0xfff), Inode: 1, Path: program,
	}}, func(procfs.Mapping) (*image.File, error) { return file, nil })
	const cStack, own, g0 = 0x7000, 0x9000, 0x6000
	memory := mem.Snapshot{
		words(g0, 0, 0, 0, 0, 0, 0, 0, cStack+0x108),
		words(cStack, 1, 2, 3, 4),
		words(cStack+0xf8, race, 0),
		words(own, 7, writer, 0, 0),
		{Addr: abi.Addr(start), Data: text},
	}
	for at, want := range map[uint64]int{own + 8: 3, own: 2, 0x1234: 2} {
		u := &Unwinder{Space: space, Memory: memory, Thread: GoThread{M: 1, G: 2, G0: g0, Low: own, High: own + 0x20}}
		frames, err := u.Walk(nil, regs(abi.AMD64, map[string]uint64{"rip": detector, "rsp": cStack, "rbp": 1, "r12": at}))
		if len(frames) < want || frames[1].PC != abi.Addr(race) || want == 2 && err != ErrGoStack || want == 3 && frames[2].PC != abi.Addr(writer) {
			t.Errorf("%#x: %+v, %v", at, frames, err)
		}
	}
}

// offsetOf is where in a program's file an address is.
func offsetOf(t *testing.T, program string, addr uint64) uint64 {
	t.Helper()
	f, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && addr >= p.Vaddr && addr-p.Vaddr < p.Filesz {
			return addr - p.Vaddr + p.Off
		}
	}
	t.Fatalf("%#x is not loaded", addr)
	return 0
}
