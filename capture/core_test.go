package capture

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/mem"
)

// takeMade takes the process of a core that was made.
func takeMade(t testing.TB, data []byte, program string) (*Process, error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "core.1")
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
	c := Core{Name: name, Program: program, Files: new(image.Cache)}
	p, err := c.Take()
	if err == nil {
		t.Cleanup(func() { p.Close() })
	}
	return p, err
}

// Where the parts of the process in made are.
const (
	libStart  = 0x100000
	heapStart = 0x200000
	vdsoStart = 0x300000
	goneStart = 0x400000
	dataStart = 0x500000
)

// made is a core of a process of two threads, which has a library of four pages mapped: its
// first page was dumped, the second left out, the third was written to, and of the fourth
// there is no segment. Its heap and its data are not all there, and a file of it is gone.
func made(l *coreLayout, library string, head []byte) *madeCore {
	m := &madeCore{layout: l}
	regs := map[int]uint64{l.abi.PC: libStart + madePage + 1, l.abi.SP: heapStart}
	if l.abi.NR >= 0 {
		regs[l.abi.NR] = 7
	}
	m.thread(11, int(syscall.SIGSEGV), regs)
	m.psinfo(map[elf.Class]int{elf.ELFCLASS64: 136, elf.ELFCLASS32: 124}[l.class], 10, 'R', "server")
	m.note(noteSiginfo, bytes.Repeat([]byte{11}, 128))
	m.auxv(auxProgramHeaders, libStart+64, auxVDSO, vdsoStart)
	m.files(
		mapped{Range{libStart, libStart + 3*madePage}, 0, library},
		mapped{Range{libStart + 3*madePage, libStart + 4*madePage}, 3 * madePage, library},
		mapped{Range{goneStart, goneStart + madePage}, 0, "/nonexistent/gone.so"},
		mapped{Range{dataStart, dataStart + madePage}, 3 * madePage, library},
	)
	m.thread(10, int(syscall.SIGABRT), map[int]uint64{max(l.abi.NR, 0): ^uint64(0)})
	page := func(b byte) []byte { return bytes.Repeat([]byte{b}, madePage) }
	m.loads = []madeLoad{
		{libStart, madePage, elf.PF_R, head[:madePage]},
		{libStart + madePage, madePage, elf.PF_R | elf.PF_X, nil},
		{libStart + 2*madePage, madePage, elf.PF_R | elf.PF_W, page('w')},
		{heapStart, 3 * madePage, elf.PF_R | elf.PF_W, page('h')},
		{vdsoStart, madePage, elf.PF_R | elf.PF_X, page('v')},
		{goneStart, madePage, elf.PF_R | elf.PF_X, nil},
		{dataStart, madePage, elf.PF_R | elf.PF_W, nil},
	}
	return m
}

// everyLayout runs a test with the library and the core of each kind of machine.
func everyLayout(t *testing.T, run func(t *testing.T, l *coreLayout, path string, library []byte)) {
	for i := range coreLayouts {
		l := &coreLayouts[i]
		t.Run(l.abi.Name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "lib.so")
			library := madeLibrary(l, 4, "0123")
			if err := os.WriteFile(path, library, 0o644); err != nil {
				t.Fatal(err)
			}
			run(t, l, path, library)
		})
	}
}

// Threads have their registers and calls, on every machine.
func TestCoreThreads(t *testing.T) {
	everyLayout(t, func(t *testing.T, l *coreLayout, path string, library []byte) {
		p, err := takeMade(t, made(l, path, library).bytes(), "")
		if err != nil {
			t.Fatal(err)
		}
		if p.PID != 10 || p.Name != "server" || p.Program != path || p.Signal != syscall.SIGSEGV || p.Debugged || len(p.Siginfo) != 128 {
			t.Errorf("process %+v", p)
		}
		if len(p.Threads) != 2 || p.Threads[0].TID != 11 || p.Threads[1].TID != 10 || p.Threads[0].Name != "" || p.Threads[1].Name != "server" {
			t.Fatalf("threads %+v", p.Threads)
		}
		first, second := &p.Threads[0], &p.Threads[1]
		if first.Regs.ABI != l.abi || first.Regs.PC() != libStart+madePage+1 || first.Regs.SP() != heapStart {
			t.Errorf("registers %+v", first.Regs)
		}
		for i := range l.abi.Regs {
			if i != max(l.abi.NR, 0) && second.Regs.Values[i] != madeRegister(10, i) {
				t.Errorf("%s: %#x", l.abi.Regs[i].Name, second.Regs.Values[i])
			}
		}
		checkMadeCall(t, l, first, second)
	})
}

// checkMadeCall checks that the first thread is in call 7, and the second in none.
func checkMadeCall(t *testing.T, l *coreLayout, first, second *Thread) {
	t.Helper()
	if second.Call != nil {
		t.Errorf("the second thread is in %+v", second.Call)
	}
	if l.abi.NR < 0 {
		return
	}
	want := abi.Call{ABI: l.abi, NR: 7}
	for i, reg := range l.abi.Args {
		want.Args[i] = first.Regs.Values[reg]
	}
	if first.Call == nil || *first.Call != want {
		t.Errorf("the first thread is in %+v, not %+v", first.Call, want)
	}
}

// Mappings are put together from segments and files.
func TestCoreMaps(t *testing.T) {
	everyLayout(t, func(t *testing.T, l *coreLayout, path string, library []byte) {
		p, err := takeMade(t, made(l, path, library).bytes(), "")
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		for _, m := range p.Maps {
			fmt.Fprintf(&got, "%x-%x %s %x %s\n", uint64(m.Start), uint64(m.End), m.Perm, m.Offset, filepath.Base(m.Path))
		}
		const want = "100000-101000 r--p 0 lib.so\n101000-102000 r-xp 1000 lib.so\n102000-103000 rw-p 2000 lib.so\n" +
			"103000-104000 r-xp 3000 lib.so\n200000-203000 rw-p 0 .\n300000-301000 r-xp 0 [vdso]\n400000-401000 r-xp 0 gone.so\n" +
			"500000-501000 rw-p 3000 lib.so\n"
		if got.String() != want {
			t.Errorf("mappings\n%swant\n%s", got.String(), want)
		}
	})
}

// Memory is what was dumped, or what files have that nobody can have changed.
func TestCoreMemory(t *testing.T) {
	everyLayout(t, func(t *testing.T, l *coreLayout, path string, library []byte) {
		data := made(l, path, library).bytes()
		p, err := takeMade(t, data, "")
		if err != nil {
			t.Fatal(err)
		}
		all := make([]byte, 4*madePage)
		if n, err := p.Memory.ReadMem(all, libStart); n != len(all) {
			t.Fatalf("%d bytes of the library: %v", n, err)
		}
		want := bytes.Clone(library)
		copy(want[2*madePage:], bytes.Repeat([]byte{'w'}, madePage))
		if !bytes.Equal(all, want) {
			t.Error("the library is not what was dumped and what is in the file")
		}
		for _, test := range []struct {
			addr abi.Addr
			n    int
			err  error
		}{
			{heapStart + madePage - 8, 8, errLeftOut},
			{heapStart + 3*madePage, 0, mem.ErrUnmapped},
			{vdsoStart + madePage - 8, 8, mem.ErrUnmapped},
			{goneStart, 0, fs.ErrNotExist},
			{dataStart, 0, errLeftOut},
			{0, 0, mem.ErrUnmapped},
			{^abi.Addr(0), 0, mem.ErrUnmapped},
		} {
			if n, err := p.Memory.ReadMem(make([]byte, 16), test.addr); n != test.n || !errors.Is(err, test.err) {
				t.Errorf("at %s: %d bytes, %v; want %d, %v", test.addr, n, err, test.n, test.err)
			}
		}
	})
}

// A core that is cut off has what is left of it, and says how much is missing.
func TestCoreCutOff(t *testing.T) {
	l := &coreLayouts[0]
	path := filepath.Join(t.TempDir(), "lib.so")
	data := made(l, path, madeLibrary(l, 4, "")).bytes()
	p, err := takeMade(t, data[:len(data)-madePage-100], "")
	if err != nil {
		t.Fatal(err)
	}
	if p.Missing != madePage+100 {
		t.Errorf("%d bytes are missing", p.Missing)
	}
	b := make([]byte, madePage)
	if n, err := p.Memory.ReadMem(b, heapStart); n != madePage-100 || !errors.Is(err, errCutOff) {
		t.Errorf("%d bytes of the heap, %v", n, err)
	}
	if n, err := p.Memory.ReadMem(b, vdsoStart); n != 0 || !errors.Is(err, errCutOff) {
		t.Errorf("%d bytes of the vDSO, %v", n, err)
	}
}

// A file that is not the one that was mapped is neither read nor opened: another build-id,
// or another first page where there is none. That sections have been stripped is no matter.
func TestCoreOtherFile(t *testing.T) {
	everyLayout(t, func(t *testing.T, l *coreLayout, path string, library []byte) {
		for _, test := range []struct {
			name     string
			had, has []byte
			same     bool
		}{
			{"same", library, library, true},
			{"other build-id", library, madeLibrary(l, 4, "4567"), false},
			{"no build-id any more", library, madeLibrary(l, 4, ""), false},
			{"no build-ids", madeLibrary(l, 4, ""), madeLibrary(l, 4, ""), true},
			{"no build-ids, other page", madeLibrary(l, 3, ""), madeLibrary(l, 4, ""), false},
			{"stripped", withSections(l, madeLibrary(l, 4, "")), madeLibrary(l, 4, ""), true},
			{"same build-id, other page", changed(library, 0x800), library, true},
			{"no build-ids, changed", changed(madeLibrary(l, 4, ""), 0x800), madeLibrary(l, 4, ""), false},
			{"nothing known", make([]byte, madePage), library, true},
		} {
			if err := os.WriteFile(path, test.has, 0o644); err != nil {
				t.Fatal(err)
			}
			p, err := takeMade(t, made(l, path, test.had).bytes(), "")
			if err != nil {
				t.Fatal(err)
			}
			_, err = p.Open(p.Maps[1])
			_, readErr := p.Memory.ReadMem(make([]byte, 1), libStart+madePage)
			var other *image.OtherFileError
			if test.same != (err == nil) || test.same == errors.As(err, &other) || test.same != (readErr == nil) {
				t.Errorf("%s: %v; read: %v", test.name, err, readErr)
			}
		}
	})
}

// A file that is gone or another is asked of a server by the build-id that it had, where that
// is wanted; the answer must be the file.
func TestCoreFetched(t *testing.T) {
	l := &coreLayouts[0]
	dir := t.TempDir()
	right, wrong := filepath.Join(dir, "right"), filepath.Join(dir, "wrong")
	library := madeLibrary(l, 4, "0123")
	for path, data := range map[string][]byte{
		right: library, wrong: madeLibrary(l, 4, "4567"), filepath.Join(dir, "core"): made(l, filepath.Join(dir, "gone"), library).bytes(),
	} {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	t.Setenv("DEBUGINFOD_CACHE_PATH", dir)
	for _, answer := range []string{right, wrong} {
		script := fmt.Sprintf("#!/bin/sh\ntest \"$1 $2\" = 'executable 30313233' && echo %s\n", answer)
		if err := os.WriteFile(filepath.Join(dir, "debuginfod-find"), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
		files := image.Cache{Debuginfod: &image.Debuginfod{Timeout: time.Minute}}
		p, err := (&Core{Name: filepath.Join(dir, "core"), Files: &files}).Take()
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		if _, err := p.Open(p.Maps[1]); (err == nil) != (answer == right) {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

// A file that had been deleted is looked for under its name, if it can be told whether what
// has the name now is the same.
func TestCoreDeletedFile(t *testing.T) {
	everyLayout(t, func(t *testing.T, l *coreLayout, path string, library []byte) {
		for _, test := range []struct {
			head []byte
			same bool
		}{
			{library, true},
			{madeLibrary(l, 1, "4567"), false},
			{make([]byte, madePage), false},
		} {
			p, err := takeMade(t, made(l, path+" (deleted)", test.head).bytes(), "")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.Open(p.Maps[1]); test.same != (err == nil) {
				t.Errorf("%.4q: %v", test.head, err)
			}
		}
	})
}

// withSections gives a library's header sections.
func withSections(l *coreLayout, library []byte) []byte {
	if l.class == elf.ELFCLASS32 {
		return changed(library, 32)
	}
	return changed(library, 40)
}

// changed changes a byte.
func changed(data []byte, at int) []byte {
	data = bytes.Clone(data)
	data[at] ^= 0x55
	return data
}

// A program that is named stands for the one that the core names.
func TestCoreProgram(t *testing.T) {
	everyLayout(t, func(t *testing.T, l *coreLayout, path string, library []byte) {
		p, err := takeMade(t, made(l, "/nonexistent/program", library).bytes(), path)
		if err != nil {
			t.Fatal(err)
		}
		if p.Program != path || p.Maps[0].Path != path || p.Maps[3].Path != path {
			t.Errorf("program %s, mappings %+v", p.Program, p.Maps)
		}
		if _, err := p.Open(p.Maps[1]); err != nil {
			t.Error(err)
		}
	})
}

// linked is a core that does not name files, of a program whose list of libraries has that
// one, and then begins anew.
func linked(l *coreLayout, program, library string) *madeCore {
	m := &madeCore{layout: l}
	word := uint64(l.abi.Word)
	m.thread(1, 0, nil)
	header := uint64(binary.Size(madeHeader(l, 0, 0)))
	m.auxv(auxProgramHeaders, libStart+header, auxProgramName, heapStart+0x800)
	head := make([]byte, madePage)
	copy(head[madeDynamic:], m.word(nil, 1, 2, uint64(elf.DT_DEBUG), heapStart))
	heap := m.word(nil, 1, heapStart+0x100)
	node := func(bias, name, next uint64) { heap = m.word(heap, bias, heapStart+name, 0, next) }
	heap = append(heap, make([]byte, 0x100-len(heap))...)
	node(libStart, 0xf00, heapStart+0x100+4*word)
	node(goneStart, 0xa00, heapStart+0x100)
	heap = append(heap, make([]byte, madePage-len(heap))...)
	copy(heap[0x800:], program)
	copy(heap[0xa00:], library)
	m.loads = []madeLoad{{libStart, madePage, elf.PF_R, head}, {heapStart, madePage, elf.PF_R, heap}, {goneStart, madePage, elf.PF_R | elf.PF_X, nil}}
	return m
}

// Where a core names no files, the dynamic linker's list does, even if it has no end.
func TestCoreLinked(t *testing.T) {
	everyLayout(t, func(t *testing.T, l *coreLayout, path string, library []byte) {
		program := filepath.Join(filepath.Dir(path), "program")
		if err := os.WriteFile(program, madeLibrary(l, 1, ""), 0o644); err != nil {
			t.Fatal(err)
		}
		p, err := takeMade(t, linked(l, program, path).bytes(), "")
		if err != nil {
			t.Fatal(err)
		}
		if p.Program != program || len(p.Maps) != 4 || p.Maps[0].Path != program || p.Maps[2].Path != path || p.Maps[3].Path != path || p.Maps[3].Offset != madePage {
			t.Errorf("program %s, mappings %+v", p.Program, p.Maps)
		}
		b := make([]byte, madePage)
		if _, err := p.Memory.ReadMem(b, goneStart); err != nil || !bytes.Equal(b, library[:madePage]) {
			t.Errorf("the library's code: %v", err)
		}
	})
}

// The sizes of struct elf_prpsinfo tell its layout.
func TestCoreProcessInfo(t *testing.T) {
	for size := range psinfoLayouts {
		m := &madeCore{layout: &coreLayouts[0]}
		m.thread(1, 0, nil)
		m.psinfo(size, 4711, 't', "a name of 16 byt")
		p, err := takeMade(t, m.bytes(), "")
		if err != nil {
			t.Fatal(err)
		}
		if p.PID != 4711 || p.Name != "a name of 16 byt" || !p.Debugged || p.Signal != 0 {
			t.Errorf("%d bytes: %+v", size, p)
		}
	}
}

// The number of segments may be too large for the header.
func TestCoreManySegments(t *testing.T) {
	m := &madeCore{layout: &coreLayouts[0]}
	m.thread(1, 0, nil)
	m.loads = []madeLoad{{heapStart, 4, elf.PF_R, []byte("heap")}}
	data := m.bytes()
	binary.LittleEndian.PutUint16(data[56:], elsewhere)
	binary.LittleEndian.PutUint64(data[40:], uint64(len(data)))
	section := make([]byte, 64)
	binary.LittleEndian.PutUint32(section[44:], 2)
	p, err := takeMade(t, append(data, section...), "")
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 4)
	if _, err := p.Memory.ReadMem(b, heapStart); err != nil || string(b) != "heap" {
		t.Errorf("%q, %v", b, err)
	}
}

// What is no core is refused with what it is and what to do.
func TestCoreRefused(t *testing.T) {
	good := &madeCore{layout: &coreLayouts[0]}
	good.thread(1, 0, nil)
	data := good.bytes()
	with := func(at int, b ...byte) []byte {
		changed := bytes.Clone(data)
		copy(changed[at:], b)
		return changed
	}
	for _, test := range []struct {
		data []byte
		want string
	}{
		{nil, "it is empty"},
		{[]byte("hello"), "it is no ELF file"},
		{[]byte("\x28\xb5\x2f\xfd...."), "decompress it first, with zstd -d"},
		{[]byte("\x1f\x8b"), "decompress it first, with gzip -dk"},
		{[]byte("\xfd7zXZ\x00"), "decompress it first, with xz -dk"},
		{[]byte("\x04\x22\x4d\x18"), "decompress it first, with lz4 -d"},
		{[]byte("BZh91AY"), "decompress it first, with bzip2 -dk"},
		{data[:40], "cut off within its header"},
		{data[:100], "the headers of its segments are not there"},
		{data[:madePage], "it has no threads"},
		{data[:madePage+100], "it has no threads"},
		{with(16, 2), "a program or a library"},
		{with(5, 2), "big-endian"},
		{with(4, 3), "not supported"},
		{with(18, 99), "not supported"},
		{with(54, 57), "the headers of its segments are not there"},
		{with(56, 0xfe, 0xff), "the headers of its segments are not there"},
		{with(32, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), "the headers of its segments are not there"},
	} {
		_, err := takeMade(t, test.data, "")
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "core.1") {
			t.Errorf("%.20q: %v; want %s", test.data, err, test.want)
		}
	}
	if _, err := (&Core{Name: t.TempDir(), Files: new(image.Cache)}).Take(); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a directory: %v", err)
	}
}

// hostile is a core of segments that overlap or wrap around, and sizes that nothing has.
func hostile() []byte {
	m := &madeCore{layout: &coreLayouts[0]}
	m.thread(1, 0, nil)
	huge := make([]byte, 0, 64)
	m.note(noteFile, m.word(huge, 1<<60, 1<<63))
	m.note(noteFile, m.word(nil, 2, 1, 5, 3, 0, 0, ^uint64(0), ^uint64(0)))
	m.files(mapped{Range{heapStart, heapStart + 8}, 0, "a"}, mapped{Range{heapStart + 4, heapStart + 16}, 0, "b"})
	m.auxv(auxVDSO, ^uint64(0))
	m.note(notePRStatus, make([]byte, 200))
	m.loads = []madeLoad{
		{heapStart, 1 << 62, elf.PF_R, []byte("heap")},
		{heapStart + 2, 100, elf.PF_R, []byte("over")},
		{^abi.Addr(0) - 10, 100, elf.PF_R, []byte("wrap")},
		{heapStart + 1<<62, 0, elf.PF_R, nil},
	}
	data := m.bytes()
	second := 64 + 2*segmentSize64
	binary.LittleEndian.PutUint64(data[second+segmentSize64+8:], ^uint64(0)-2) // an offset
	return data
}

// What is hostile does no harm to the rest.
func TestCoreHostile(t *testing.T) {
	p, err := takeMade(t, hostile(), "")
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Threads) != 1 || len(p.Maps) != 2 || p.Maps[0].Path != "a" || p.Maps[1].Path != "" {
		t.Errorf("threads %+v, mappings %+v", p.Threads, p.Maps)
	}
	b := make([]byte, 8)
	if n, err := p.Memory.ReadMem(b, heapStart); n != 4 || string(b[:n]) != "heap" || err == nil {
		t.Errorf("%q, %v", b[:n], err)
	}
	if n, err := p.Memory.ReadMem(b, heapStart+1<<61); n != 0 || !errors.Is(err, errLeftOut) {
		t.Errorf("%d bytes, %v", n, err)
	}
}

// A file is data and a hole behind them.
type file struct {
	data []byte
	read int // how many bytes have been read
}

func (f *file) ReadAt(p []byte, off int64) (int, error) {
	f.read += len(p)
	clear(p)
	if off < int64(len(f.data)) {
		copy(p, f.data[off:])
	}
	return len(p), nil
}

// A hole is no notes, however large it is, and nobody reads all of it.
func TestCoreHole(t *testing.T) {
	m := &madeCore{layout: &coreLayouts[0]}
	m.thread(1, 0, nil)
	f := &file{data: m.bytes()}
	binary.LittleEndian.PutUint64(f.data[64+32:], 1<<40) // the size of the notes
	p, err := (&Core{Files: new(image.Cache)}).take(f, 1<<41)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Threads) != 1 || f.read > 1<<20 {
		t.Errorf("%d threads; %d bytes were read", len(p.Threads), f.read)
	}
}
