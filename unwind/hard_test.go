package unwind

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/procfs"
)

// placed is memory with code at an address of anonymous memory, and a stack at 0x7000.
func placed(code string, stack ...uint64) mem.Snapshot {
	return mem.Snapshot{words(0x7000, stack...), {Addr: 0x500000, Data: []byte(code)}}
}

// Without tables, code of which it is plain where the return address is. A call is at 0x500010.
func TestPatterns(t *testing.T) {
	const called = 0x500012
	for name, test := range map[string]struct {
		code  string
		at    int
		stack []uint64
	}{
		"ret":                  {"\xc3", 0, []uint64{called}},
		"ret $n":               {"\xc2\x10\x00", 0, []uint64{called}},
		"a table of linkage":   {"\xff\x25\x00\x00\x00\x00", 0, []uint64{called}},
		"endbr64":              {"\xf3\x0f\x1e\xfa", 0, []uint64{called}},
		"push %rbp":            {"\x55\x48\x89\xe5", 0, []uint64{called}},
		"mov %rsp,%rbp":        {"\x55\x48\x89\xe5", 1, []uint64{0x1111, called}},
		"behind syscall":       {"\x0f\x05", 2, []uint64{called}},
		"a leaf of other code": {"\x90\x90", 0, []uint64{called}},
	} {
		code := make([]byte, 0x40)
		copy(code, test.code)
		copy(code[0x10:], "\xff\xd0")
		// The frame pointer is that of the caller: followed at once it would leave the caller out.
		stack := append(slices.Clone(test.stack), make([]uint64, 4)...)
		stack = append(stack, 0, 0x500022)
		copy(code[0x20:], "\xff\xd0")
		fp := uint64(0x7000 + 8*(len(stack)-2))
		if name == "a leaf of other code" {
			fp = 1
		}
		u := &Unwinder{Space: walkable().space(t), Memory: placed(string(code), stack...)}
		frames, _ := u.Walk(nil, regs(abi.AMD64, map[string]uint64{"rip": 0x500000 + uint64(test.at), "rsp": 0x7000, "rbp": fp}))
		if len(frames) < 2 || frames[1].PC != called || frames[1].Found != FramePointer {
			t.Errorf("%s: %+v", name, frames)
		}
	}
}

// glibc's tables for i386 have nothing about clone behind its system call.
func TestBehindClone386(t *testing.T) {
	code := append([]byte("\xcd\x80\x5f\x5e\x5b\x85\xc0"), make([]byte, 0x40)...)
	copy(code[0x10:], "\xff\xd0")
	for at, pushed := range map[uint64]int{2: 3, 3: 2, 4: 1, 5: 0} {
		stack := make([]uint32, pushed, 8)
		stack = append(stack, 0x500012, 0, 0)
		u := &Unwinder{Space: walkable().space(t), Memory: mem.Snapshot{{Addr: 0x7000, Data: words32(stack)}, {Addr: 0x500000, Data: code}}}
		frames, _ := u.Walk(nil, regs(abi.I386, map[string]uint64{"eip": 0x500000 + at, "esp": 0x7000, "ebp": 1, "eax": 7, "orig_eax": 120}))
		if len(frames) != 2 || frames[1].PC != 0x500012 {
			t.Errorf("%d: %+v", at, frames)
		}
	}
}

// A thread that has not run yet was called by nobody, whatever its maker's frame pointer is.
func TestBegun(t *testing.T) {
	code := make([]byte, 0x40)
	copy(code, "\x0f\x05")
	copy(code[0x10:], "\xff\xd0")
	memory := placed(string(code), 1, 0, 0x500012, 0, 0)
	for name, test := range map[string]struct {
		regs map[string]uint64
		want int
	}{
		"clone":               {map[string]uint64{"orig_rax": 56, "rsi": 0x7000}, 1},
		"clone3":              {map[string]uint64{"orig_rax": 435}, 1},
		"the maker":           {map[string]uint64{"orig_rax": 56, "rsi": 0x7000, "rax": 7}, 2},
		"on its maker's":      {map[string]uint64{"orig_rax": 56}, 2},
		"another call":        {map[string]uint64{"orig_rax": 39, "rsi": 0x7000}, 2},
		"that of a goroutine": {map[string]uint64{}, 2},
	} {
		test.regs["rip"], test.regs["rsp"], test.regs["rbp"] = 0x500002, 0x7000, 0x7008
		u := &Unwinder{Space: walkable().space(t), Memory: memory}
		frames, err := u.Walk(nil, regs(abi.AMD64, test.regs))
		if len(frames) != test.want || err != nil {
			t.Errorf("%s: %+v, %v", name, frames, err)
		}
	}
}

// A stack that somebody made begins with a function that nobody has called.
func TestMadeStack(t *testing.T) {
	b := newBuilder(amd64CIE)
	b.function(0, 0x100, 0x0e, 16)
	b.function(0x200, 0x100)
	space := b.made(elf.EM_X86_64).space(t)
	stack := words(0x7000, 0, code(0x200), 0x500012, 0, 0)
	for before, want := range map[string]Frame{
		"\x90\x90\x90\x90\x90\x90\x90\x90": {PC: abi.Addr(code(0x200)), Found: CFI},
		"\x90\x90\x90\xe8\x00\x00\x00\x00": {PC: abi.Addr(code(0x200)), Found: CFI, Call: true},
	} {
		u := &Unwinder{Space: space, Memory: mem.Snapshot{stack, {Addr: abi.Addr(code(0x1f8)), Data: []byte(before)}}}
		frames, err := u.Walk(nil, regs(abi.AMD64, map[string]uint64{"rip": code(1), "rsp": 0x7000, "rbp": 1}))
		if len(frames) != 2 || frames[1].PC != want.PC || frames[1].Call != want.Call || (err == nil) == want.Call {
			t.Errorf("%x: %+v, %v", before, frames, err)
		}
	}
}

// A return address is believed only behind a call: what is left of old calls is not.
func TestCallsBeforeReturns(t *testing.T) {
	for code, want := range map[string]bool{
		"\xe8\x01\x02\x03\x04":             true,  // call rel32
		"\xff\xd0":                         true,  // call *%rax
		"\xff\x10":                         true,  // call *(%rax)
		"\xff\x50\x08":                     true,  // call *8(%rax)
		"\xff\x54\x24\x08":                 true,  // call *8(%rsp)
		"\xff\x90\x00\x01\x00\x00":         true,  // call *0x100(%rax)
		"\xff\x94\x24\x00\x01\x00\x00":     true,  // call *0x100(%rsp)
		"\xff\x15\x00\x01\x00\x00":         true,  // call *0x100(%rip)
		"\xff\x14\x25\x00\x01\x00\x00":     true,  // call *0x100
		"\xff\xe0":                         false, // jmp *%rax
		"\xff\x54\x24":                     false,
		"\x90\x90":                         false,
		"\x48\x8b\x05\x00\x00\x00\x00\x90": false,
	} {
		text := make([]byte, 0x40)
		copy(text[0x20-len(code):], code)
		u := &Unwinder{Space: walkable().space(t), Memory: placed(string(text), 0, 0x500020, 0)}
		frames, err := u.Walk(nil, regs(abi.AMD64, map[string]uint64{"rip": 0x500030, "rsp": 0x7000, "rbp": 0x7000}))
		if got := len(frames) > 1; got != want {
			t.Errorf("%x: %+v, %v", code, frames, err)
		}
	}
}

// A word may begin on one page and end on the next.
func TestWordAcrossPages(t *testing.T) {
	w := &window{memory: mem.Snapshot{words(0x6ff8, 0x1111111122222222, 0x3333333344444444)}}
	for addr, want := range map[abi.Addr]uint64{0x6ff8: 0x1111111122222222, 0x6ffc: 0x4444444411111111, 0x7000: 0x3333333344444444} {
		if got, err := w.word(addr, 8); got != want || err != nil {
			t.Errorf("%s: %#x, %v, want %#x", addr, got, err, want)
		}
	}
	if _, err := w.word(0x7004, 8); err == nil {
		t.Error("a word that ends behind memory was read")
	}
}

// A chain of frame pointers goes up only.
func TestChain(t *testing.T) {
	code := make([]byte, 0x40)
	copy(code[0x10:], "\xff\xd0")
	memory := placed(string(code), 0, 0x500012, 0, 0x500012, 0)
	for fp, want := range map[uint64]int{0x7010: 2, 0x7000: 1} {
		u := &Unwinder{Space: walkable().space(t), Memory: memory}
		frames, _ := u.Walk(nil, regs(abi.AMD64, map[string]uint64{"rip": 0x500030, "rsp": 0x7010, "rbp": fp}))
		if len(frames) != want {
			t.Errorf("%#x: %+v", fp, frames)
		}
	}
}

// A trampoline that begins where a function ends: what is before the address that the handler
// returns to is that function's, of which the table speaks.
func TestTrampolineBehindAFunction(t *testing.T) {
	b := newBuilder(amd64CIE)
	b.function(0, 0x10, 0x0e, 64)
	b.function(0x100, 0x10)
	stack := make([]uint64, 24)
	stack[0] = code(0x10)
	context := stack[1+40/8:]
	context[15], context[16] = 0x9000, 0x500030 // rsp, rip
	u := &Unwinder{Space: b.made(elf.EM_X86_64).space(t), Memory: mem.Snapshot{
		words(0x7000, stack...),
		{Addr: abi.Addr(code(0x10)), Data: []byte("\x48\xc7\xc0\x0f\x00\x00\x00\x0f\x05" + "\x90\x90\x90\x90\x90\x90\x90\x90")},
	}}
	frames, _ := u.Walk(nil, regs(abi.AMD64, map[string]uint64{"rip": code(0x100), "rsp": 0x7000, "rbp": 1}))
	if len(frames) != 3 || frames[2].PC != 0x500030 || frames[2].Found != SignalFrame {
		t.Errorf("%+v", frames)
	}
}

// The trampolines of i386, at each of their instructions.
func TestTrampolines386(t *testing.T) {
	const old, info = "\x58\xb8\x77\x00\x00\x00\xcd\x80", "\xb8\xad\x00\x00\x00\xcd\x80"
	context := make([]uint32, 17)
	context[7], context[14] = 0x9000, 0x500030 // esp, eip
	for name, test := range map[string]struct {
		code  string
		at    int
		stack []byte
	}{
		"sigreturn":                {old, 0, cat(uint32(10), words32(context))},
		"sigreturn, behind pop":    {old, 1, words32(context)},
		"rt_sigreturn":             {info, 0, cat(uint32(10), uint32(0), uint32(0x7010), uint32(0), make([]byte, 20), words32(context))},
		"rt_sigreturn, behind mov": {info, 5, cat(uint32(10), uint32(0), uint32(0x7010), uint32(0), make([]byte, 20), words32(context))},
	} {
		code := make([]byte, 0x40)
		copy(code, test.code)
		memory := mem.Snapshot{{Addr: 0x7000, Data: test.stack}, {Addr: 0x500000, Data: code}}
		u := &Unwinder{Space: walkable().space(t), Memory: memory}
		frames, _ := u.Walk(nil, regs(abi.I386, map[string]uint64{"eip": 0x500000 + uint64(test.at), "esp": 0x7000, "ebp": 1}))
		if len(frames) != 2 || frames[1].PC != 0x500030 || frames[1].Found != SignalFrame || !frames[1].Signal || frames[1].Call {
			t.Errorf("%s: %+v", name, frames)
		}
	}
}

func words32(values []uint32) (b []byte) {
	for _, v := range values {
		b = cat(b, v)
	}
	return b
}

// The tables of the vDSO are in the process's memory, where no file of it can be had.
func TestVDSOFromMemory(t *testing.T) {
	file := walkable().bytes()
	space := image.NewSpace([]procfs.Mapping{
		{Start: 0x7ff000, End: 0x7ff000 + abi.Addr(len(file)), Perm: procfs.Executable, Path: "[vdso]"},
	}, func(procfs.Mapping) (*image.File, error) { return nil, os.ErrNotExist })
	const pc = 0x7ff000 + codeAt
	u := &Unwinder{Space: space, Memory: mem.Snapshot{words(0x7000, 0, pc+0x210, 0), {Addr: 0x7ff000, Data: file}}}
	frames, err := u.Walk(nil, regs(abi.AMD64, map[string]uint64{"rip": pc + 1, "rsp": 0x7000}))
	checkWalk(t, frames, err, nil, []Frame{{PC: pc + 1, CFA: 0x7010}, {PC: pc + 0x210, Found: CFI, Call: true}})
}

// Registers are found as they were when the frame was entered, however the rules are ordered:
// here rbx is in rbp, whose own place is on the stack.
func TestRulesAreOfTheCallee(t *testing.T) {
	b := newBuilder(amd64CIE)
	b.function(0, 0x100, 0x0e, 24, 0x83, 3, 0x09, 6, 3) // rbx at cfa-24; rbp is in rbx
	b.function(0x100, 0x100, 0x0c, 6, 16)               // the CFA is rbp+16
	b.function(0x200, 0x100, 0x07, 16)
	u := &Unwinder{Space: b.made(elf.EM_X86_64).space(t), Memory: mem.Snapshot{words(0x7000, 0xbad, 0, code(0x110), 0, 0, code(0x210))}}
	frames, err := u.Walk(nil, regs(abi.AMD64, map[string]uint64{"rip": code(1), "rsp": 0x7000, "rbx": 0x7020}))
	checkWalk(t, frames, err, nil, []Frame{
		{PC: abi.Addr(code(1)), CFA: 0x7018},
		{PC: abi.Addr(code(0x110)), CFA: 0x7030, Found: CFI, Call: true},
		{PC: abi.Addr(code(0x210)), Found: CFI, Call: true},
	})
}

// Where the handler ran on another stack, the frame that it interrupted may be below.
func TestSignalFrameByTableLeaps(t *testing.T) {
	cie := cat(1, "zRS\x00", 1, 0x78, 16, 1, 0x1b, 0x0f, 3, 0x77, 16, 0x06, 0x10, 16, 2, 0x77, 0)
	b := newBuilder(cie)
	b.function(0, 0x100)
	u := &Unwinder{Space: b.made(elf.EM_X86_64).space(t), Memory: mem.Snapshot{words(0x7000, 0x500030, 0, 0x2000)}}
	frames, err := u.Walk(nil, regs(abi.AMD64, map[string]uint64{"rip": code(0), "rsp": 0x7000, "rbp": 1}))
	if len(frames) != 2 || frames[1].PC != 0x500030 || !frames[1].Signal || frames[1].Call || err == ErrAdvance {
		t.Errorf("%+v, %v", frames, err)
	}
}

// .debug_frame may be in the separate debug file only.
func TestSeparateDebugFrame(t *testing.T) {
	built := build(t, "stacks", "-O2", "-g", "-fno-asynchronous-unwind-tables", "-Wl,--build-id=none")
	names := symbols(t, built)
	program := filepath.Join(t.TempDir(), "stacks")
	for _, args := range [][]string{
		{"objcopy", "--only-keep-debug", built, program + ".debug"},
		{"objcopy", "--strip-all", "--add-gnu-debuglink=" + program + ".debug", built, program},
	} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	frames, err := standing(t, "standing", program, "plain")
	if got, want := chain(frames, program, names), "stand plain main"; got != want || err != nil {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
}
