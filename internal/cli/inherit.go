package cli

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"os/signal"
	"syscall"
)

// keepIgnored makes signals that were ignored when this process started ignored
// again, so that the program inherits that: nohup, a shell's & and Python's SIGPIPE
// depend on it. Go's runtime has put its own handlers in place of all but SIGHUP and
// SIGINT, and remembers what was there in runtime.fwdSig, to which only the symbol
// table leads. In a stripped binary the runtime's handlers stay, and the program
// gets the default actions.
func keepIgnored() {
	exe, err := os.Open("/proc/self/exe")
	if err != nil {
		return
	}
	defer exe.Close()
	info, err := exe.Stat()
	if err != nil {
		return
	}
	image, err := syscall.Mmap(int(exe.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_PRIVATE)
	if err != nil {
		return
	}
	defer syscall.Munmap(image)
	handlers := make([]byte, signals*8)
	addr := ourVariable(image, "runtime.fwdSig", uint64(len(handlers)))
	if addr == 0 || !peek(handlers, addr) {
		return
	}
	const ignore = 1 // SIG_IGN
	for i := range signals {
		if binary.LittleEndian.Uint64(handlers[8*i:]) == ignore {
			signal.Ignore(syscall.Signal(i))
		}
	}
}

// signals is the length of runtime.fwdSig: Linux's signals, and zero.
const signals = 65

// peek reads our own memory.
func peek(p []byte, addr uint64) bool {
	mem, err := os.Open("/proc/self/mem")
	if err != nil {
		return false
	}
	defer mem.Close()
	_, err = mem.ReadAt(p, int64(addr))
	return err == nil
}

// ourVariable finds the address of a variable in an ELF image that is loaded where it
// was linked to be. It returns zero when the image has no such variable of that size.
func ourVariable(image []byte, name string, size uint64) uint64 {
	symbols, names := symbolTable(image)
	at := bytes.Index(names, []byte("\x00"+name+"\x00"))
	if at < 0 {
		return 0
	}
	le := binary.LittleEndian
	for ; len(symbols) >= elf.Sym64Size; symbols = symbols[elf.Sym64Size:] {
		if le.Uint32(symbols) == uint32(at)+1 && le.Uint64(symbols[16:]) == size {
			return le.Uint64(symbols[8:])
		}
	}
	return 0
}

// symbolTable returns the sections that hold the symbols and their names.
func symbolTable(image []byte) (symbols, names []byte) {
	f, err := elf.NewFile(bytes.NewReader(image))
	if err != nil || f.Type != elf.ET_EXEC || f.Class != elf.ELFCLASS64 || f.ByteOrder != binary.LittleEndian {
		return nil, nil
	}
	for _, s := range f.Sections {
		if s.Type == elf.SHT_SYMTAB && int(s.Link) < len(f.Sections) {
			return section(image, s), section(image, f.Sections[s.Link])
		}
	}
	return nil, nil
}

func section(image []byte, s *elf.Section) []byte {
	if s.Offset > uint64(len(image)) || s.FileSize > uint64(len(image))-s.Offset {
		return nil
	}
	return image[s.Offset:][:s.FileSize]
}
