package capture

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"syscall"

	"github.com/trapline/trapline/abi"
)

// The notes of cores, by their type.
const (
	notePRStatus = 1
	notePRPSInfo = 3
	noteAuxv     = 6
	noteSiginfo  = 0x53494749
	noteFile     = 0x46494c45
)

// Limits of notes: of all of them, and of one that is of interest.
const (
	maxNotes = 1 << 30
	maxNote  = 64 << 20
)

// coreNotes are what the notes of a core tell.
type coreNotes struct {
	layout  *coreLayout
	pid     int
	name    string
	state   byte
	signal  syscall.Signal
	siginfo []byte
	threads []Thread // the one that got the signal is the first
	files   []mapped
	auxv    map[uint64]uint64
}

// A mapped is a part of a file that was mapped.
type mapped struct {
	Range
	offset uint64
	path   string
}

// parsers take the content of notes.
var parsers = map[uint32]func(*coreNotes, []byte){
	notePRStatus: (*coreNotes).status,
	notePRPSInfo: (*coreNotes).psinfo,
	noteAuxv:     (*coreNotes).vector,
	noteSiginfo:  (*coreNotes).info,
	noteFile:     (*coreNotes).mappings,
}

// readNotes reads the notes.
func (f *coreFile) readNotes() *coreNotes {
	n := &coreNotes{layout: f.layout}
	for _, s := range f.notes {
		if s.offset < f.size {
			n.read(io.NewSectionReader(f.r, int64(s.offset), int64(min(s.size, f.size-s.offset, maxNotes))))
		}
	}
	return n
}

// read reads notes until they end or make no sense: the sizes of name and content, a type,
// and both padded to words. A header of zeros is the end, for cores can have large holes.
func (n *coreNotes) read(section *io.SectionReader) {
	r := bufio.NewReader(section)
	left := section.Size()
	for {
		var head [12]byte
		if _, err := io.ReadFull(r, head[:]); err != nil || head == [12]byte{} {
			return
		}
		name, size := int64(binary.LittleEndian.Uint32(head[:])), int64(binary.LittleEndian.Uint32(head[4:]))
		padded, end := (name+3)&^3, (size+3)&^3
		left -= int64(len(head)) + padded + size
		if left < 0 || padded > maxName {
			return
		}
		title := make([]byte, padded)
		io.ReadFull(r, title)
		parse := parsers[binary.LittleEndian.Uint32(head[8:])]
		if parse != nil && size <= maxNote && bytes.HasPrefix(title, []byte("CORE\x00")) {
			content := make([]byte, size)
			if _, err := io.ReadFull(r, content); err != nil {
				return
			}
			parse(n, content)
			end -= size
		}
		if _, err := r.Discard(int(end)); err != nil {
			return
		}
		left -= (size+3)&^3 - size
	}
}

// word reads an unsigned integer as wide as a pointer.
func (l *coreLayout) word(b []byte) uint64 {
	if l.abi.Word == 4 {
		return uint64(binary.LittleEndian.Uint32(b))
	}
	return binary.LittleEndian.Uint64(b)
}

// status takes a struct elf_prstatus: a thread. One that is cut off is none.
func (n *coreNotes) status(b []byte) {
	l := n.layout
	t := Thread{Regs: abi.Regs{ABI: l.abi}}
	if len(b) < l.regs {
		return
	}
	t.TID = int(int32(binary.LittleEndian.Uint32(b[l.tid:])))
	regs := b[l.regs:]
	for i, r := range l.abi.Regs {
		if len(regs) < r.Size {
			return
		}
		if r.Size == 4 {
			t.Regs.Values[i] = uint64(binary.LittleEndian.Uint32(regs))
		} else {
			t.Regs.Values[i] = binary.LittleEndian.Uint64(regs)
		}
		regs = regs[r.Size:]
	}
	t.Call = callIn(&t.Regs)
	if len(n.threads) == 0 {
		n.signal = syscall.Signal(binary.LittleEndian.Uint16(b[signalAt:]))
	}
	n.threads = append(n.threads, t)
}

// callIn is the call that a thread is in by its registers: that it had made no call, or an
// exception has come in between, is a number below zero.
func callIn(r *abi.Regs) *abi.Call {
	if r.ABI.NR < 0 {
		return nil
	}
	nr := r.Values[r.ABI.NR]
	if int32(nr) < 0 || nr>>32 != 0 {
		return nil
	}
	c := &abi.Call{ABI: r.ABI, NR: nr}
	for i, reg := range r.ABI.Args {
		c.Args[i] = r.Values[reg]
	}
	return c
}

// psinfo takes a struct elf_prpsinfo: the process.
func (n *coreNotes) psinfo(b []byte) {
	l, known := psinfoLayouts[len(b)]
	if !known {
		return
	}
	n.state = b[stateAt]
	n.pid = int(int32(binary.LittleEndian.Uint32(b[l.pid:])))
	name, _, _ := bytes.Cut(b[l.name:l.name+maxName], []byte{0})
	n.name = string(name)
}

// vector takes the auxiliary vector.
func (n *coreNotes) vector(b []byte) {
	if n.auxv != nil {
		return
	}
	n.auxv = map[uint64]uint64{}
	b = b[:min(len(b), maxVector)]
	for word := n.layout.abi.Word; len(b) >= 2*word; b = b[2*word:] {
		n.auxv[n.layout.word(b)] = n.layout.word(b[word:])
	}
}

// info takes the siginfo_t of the signal.
func (n *coreNotes) info(b []byte) {
	if n.siginfo == nil {
		n.siginfo = b[:min(len(b), maxSiginfo)]
	}
}

// finish fills in what follows from all notes: of the threads only the first has a name,
// that of the program.
func (n *coreNotes) finish() {
	for i := range n.threads {
		if n.pid == 0 {
			n.pid = n.threads[i].TID
		}
		if n.threads[i].TID == n.pid {
			n.threads[i].Name = n.name
		}
	}
}

// mappings takes the files that are mapped: their number and the size of a page, for each
// its start, end and offset in pages, and then the names.
func (n *coreNotes) mappings(b []byte) {
	word := n.layout.abi.Word
	if len(b) < 2*word {
		return
	}
	count, page := n.layout.word(b), n.layout.word(b[word:])
	b = b[2*word:]
	each := 3 * word
	if count > uint64(len(b)/each) {
		return
	}
	names := b[int(count)*each:]
	for ; count > 0; count-- {
		name, rest, ended := bytes.Cut(names, []byte{0})
		m := mapped{
			Range:  Range{abi.Addr(n.layout.word(b)), abi.Addr(n.layout.word(b[word:]))},
			offset: n.layout.word(b[2*word:]) * page,
			path:   string(name),
		}
		if ended && m.End > m.Start && len(name) > 0 {
			n.files = append(n.files, m)
		}
		b, names = b[each:], rest
	}
}
