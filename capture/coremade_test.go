package capture

import (
	"bytes"
	"debug/elf"
	"encoding/binary"

	"github.com/trapline/trapline/abi"
)

// A madeCore is a core made by hand: notes first, then what its segments have, each from a
// page of its own on.
type madeCore struct {
	layout *coreLayout
	loads  []madeLoad
	notes  []byte
}

// A madeLoad is a segment of memory; the data are what is in the file of it.
type madeLoad struct {
	start abi.Addr
	size  uint64
	flags elf.ProgFlag
	data  []byte
}

const madePage = 4096

// word appends an unsigned integer as wide as a pointer.
func (m *madeCore) word(b []byte, values ...uint64) []byte {
	for _, v := range values {
		if m.layout.abi.Word == 4 {
			b = binary.LittleEndian.AppendUint32(b, uint32(v))
		} else {
			b = binary.LittleEndian.AppendUint64(b, v)
		}
	}
	return b
}

// note adds a note.
func (m *madeCore) note(kind uint32, content []byte) {
	b := binary.LittleEndian.AppendUint32(m.notes, 5)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(content)))
	b = binary.LittleEndian.AppendUint32(b, kind)
	b = append(b, "CORE\x00\x00\x00\x00"...)
	b = append(b, content...)
	m.notes = append(b, make([]byte, -len(content)&3)...)
}

// thread adds a thread, whose registers are all different from each other but for those
// that are given.
func (m *madeCore) thread(tid, signal int, regs map[int]uint64) {
	l := m.layout
	b := make([]byte, l.regs)
	binary.LittleEndian.PutUint16(b[signalAt:], uint16(signal))
	binary.LittleEndian.PutUint32(b[l.tid:], uint32(tid))
	for i, r := range l.abi.Regs {
		v := madeRegister(tid, i)
		if given, ok := regs[i]; ok {
			v = given
		}
		if r.Size == 4 {
			b = binary.LittleEndian.AppendUint32(b, uint32(v))
		} else {
			b = binary.LittleEndian.AppendUint64(b, v)
		}
	}
	m.note(notePRStatus, append(b, 0, 0, 0, 0))
}

func madeRegister(tid, i int) uint64 { return 0x80000000 + uint64(tid)<<8 + uint64(i) }

// psinfo adds what is known of the process, in a structure of that size.
func (m *madeCore) psinfo(size, pid int, state byte, name string) {
	b := make([]byte, size)
	l := psinfoLayouts[size]
	b[stateAt] = state
	binary.LittleEndian.PutUint32(b[l.pid:], uint32(pid))
	copy(b[l.name:l.name+maxName], name)
	m.note(notePRPSInfo, b)
}

// files adds what files are mapped.
func (m *madeCore) files(files ...mapped) {
	b := m.word(nil, uint64(len(files)), madePage)
	for _, f := range files {
		b = m.word(b, uint64(f.Start), uint64(f.End), f.offset/madePage)
	}
	for _, f := range files {
		b = append(append(b, f.path...), 0)
	}
	m.note(noteFile, b)
}

// auxv adds the auxiliary vector.
func (m *madeCore) auxv(pairs ...uint64) { m.note(noteAuxv, m.word(nil, append(pairs, 0, 0)...)) }

// bytes is the file.
func (m *madeCore) bytes() []byte {
	var b bytes.Buffer
	write := func(v any) { binary.Write(&b, binary.LittleEndian, v) }
	number := uint16(1 + len(m.loads))
	write(madeHeader(m.layout, elf.ET_CORE, number))
	notesAt := uint64(madePage)
	write(madeProg(m.layout.class, elf.Prog64{Type: uint32(elf.PT_NOTE), Off: notesAt, Filesz: uint64(len(m.notes))}))
	at := notesAt + pages(len(m.notes))
	for _, l := range m.loads {
		write(madeProg(m.layout.class, elf.Prog64{
			Type: uint32(elf.PT_LOAD), Flags: uint32(l.flags), Off: at, Vaddr: uint64(l.start), Filesz: uint64(len(l.data)), Memsz: l.size,
		}))
		at += pages(len(l.data))
	}
	data := append(b.Bytes(), make([]byte, madePage-b.Len())...)
	data = append(data, m.notes...)
	for _, l := range m.loads {
		data = append(append(data, make([]byte, -len(data)&(madePage-1))...), l.data...)
	}
	return data
}

// pages rounds a size up to whole pages.
func pages(n int) uint64 { return uint64(n+madePage-1) &^ (madePage - 1) }

func madeHeader(l *coreLayout, kind elf.Type, number uint16) any {
	ident := [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(l.class), byte(elf.ELFDATA2LSB), 1}
	if l.class == elf.ELFCLASS32 {
		return elf.Header32{
			Ident: ident, Type: uint16(kind), Machine: uint16(l.machine), Version: 1,
			Phoff: 52, Ehsize: 52, Phentsize: segmentSize32, Phnum: number,
		}
	}
	return elf.Header64{
		Ident: ident, Type: uint16(kind), Machine: uint16(l.machine), Version: 1,
		Phoff: 64, Ehsize: 64, Phentsize: segmentSize64, Phnum: number,
	}
}

func madeProg(class elf.Class, p elf.Prog64) any {
	if class == elf.ELFCLASS64 {
		return p
	}
	return elf.Prog32{
		Type: p.Type, Flags: p.Flags, Off: uint32(p.Off), Vaddr: uint32(p.Vaddr), Filesz: uint32(p.Filesz), Memsz: uint32(p.Memsz),
	}
}

// madeDynamic is where a library has its dynamic section, which is empty in the file.
const madeDynamic = 0x400

// madeLibrary is an ELF file of that many pages, each filled with its number, and with that
// build-id in the first; none if it is empty.
func madeLibrary(l *coreLayout, number int, id string) []byte {
	data := make([]byte, number*madePage)
	for i := range data {
		data[i] = byte(i / madePage)
	}
	const noteAt = 0x200
	note := append(binary.LittleEndian.AppendUint32(nil, 4), byte(len(id)), 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0)
	note = append(note, id...)
	var b bytes.Buffer
	binary.Write(&b, binary.LittleEndian, madeHeader(l, elf.ET_DYN, 3))
	size := uint64(len(data))
	binary.Write(&b, binary.LittleEndian, madeProg(l.class, elf.Prog64{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_X), Filesz: size, Memsz: size}))
	kind := elf.PT_NOTE
	if id == "" {
		kind = elf.PT_NULL
	}
	binary.Write(&b, binary.LittleEndian, madeProg(l.class, elf.Prog64{Type: uint32(kind), Off: noteAt, Filesz: uint64(len(note))}))
	binary.Write(&b, binary.LittleEndian, madeProg(l.class, elf.Prog64{Type: uint32(elf.PT_DYNAMIC), Off: madeDynamic, Vaddr: madeDynamic, Filesz: 64, Memsz: 64}))
	copy(data, b.Bytes())
	copy(data[noteAt:], note)
	return data
}
