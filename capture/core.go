package capture

import (
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/procfs"
)

// A Core is a core file, of which Take takes the process that it was made of: by the
// kernel when that was killed, or by a debugger. It has the registers of all threads and
// the memory that is not in files. Those must still be where they were.
type Core struct {
	Name string // of the file
	// Program is the path of the executable; if it is empty, the one that the core names.
	Program string
	// Root is the directory that the paths in the core are below; ours if it is empty.
	Root string
	// Files opens what was mapped.
	Files *image.Cache
}

// A Dump is what only a core tells of a process.
type Dump struct {
	Program  string         // the path of the executable; empty if it is not known
	Signal   syscall.Signal // that the first thread got; zero for none
	Siginfo  []byte         // its siginfo_t as the ABI of the threads lays it out; nil if it is not known
	Debugged bool           // a debugger made the core of a process that it had stopped
	Missing  uint64         // how many bytes of memory are cut off at the end of the file
	Open     image.Opener   // of the files that were mapped
}

// ErrNoThreads is the error for a core without registers.
var ErrNoThreads = errors.New("it has no threads: it is cut off or damaged")

// Take takes the process. Its threads are in the order of the core, the one that got the
// signal first.
func (c *Core) Take() (*Process, error) {
	file, err := os.OpenFile(c.Name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("capture: %w", err)
	}
	p, err := c.open(file)
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("capture: core %s: %w", c.Name, err)
	}
	p.held = file
	return p, nil
}

func (c *Core) open(file *os.File) (*Process, error) {
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a regular file")
	}
	if err != nil {
		return nil, err
	}
	return c.take(file, info.Size())
}

// take takes the process from the core that r reads.
func (c *Core) take(r io.ReaderAt, size int64) (*Process, error) {
	dumped, err := readCore(r, size)
	if err != nil {
		return nil, err
	}
	notes := dumped.readNotes()
	notes.finish()
	if len(notes.threads) == 0 {
		return nil, ErrNoThreads
	}
	if len(notes.files) == 0 {
		c.link(dumped, notes)
	}
	p := &Process{
		PID: notes.pid, Name: notes.name, Threads: notes.threads, Maps: coreMaps(dumped.loads, notes),
		Dump: Dump{Signal: notes.signal, Siginfo: notes.siginfo, Debugged: notes.state == 't', Missing: dumped.missing()},
	}
	p.Program = c.program(p.Maps, abi.Addr(notes.auxv[auxProgramHeaders]))
	p.Open = c.Files.Core(image.Core{Maps: p.Maps, Dumped: dumped, Root: c.Root, Ours: c.Program})
	p.Memory = &coreMemory{dumped: dumped, maps: p.Maps, open: p.Open}
	return p, nil
}

// link finds out which files are mapped where the core does not say.
func (c *Core) link(dumped *coreFile, notes *coreNotes) {
	l := &linker{core: c, notes: notes, known: map[string]*elf.File{}, Reader: dumped}
	program := c.Program
	if program == "" {
		program = l.program()
	}
	if program != "" {
		notes.files = l.mapped(program)
	}
}

// program is the path of the executable, which has its headers at that address.
func (c *Core) program(maps []procfs.Mapping, headers abi.Addr) string {
	m := find(maps, headers)
	if m == nil {
		return c.Program
	}
	if c.Program != "" {
		rename(maps, m.Path, c.Program) // which is what m has then
	}
	return m.Path
}
