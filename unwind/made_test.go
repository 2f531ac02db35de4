package unwind

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/procfs"
)

// A made is an ELF file made by hand: one segment from address zero on, which has the file's
// headers, call frame information from 0x200 on and imaginary code behind it.
type made struct {
	machine elf.Machine
	frames  []byte // .eh_frame
	index   []byte // .eh_frame_hdr
}

const (
	framesAt = 0x200
	indexAt  = 0x800
	codeAt   = 0x1000
	loadedAt = 0x400000
	codeSize = 0x1000
)

func (m *made) bytes() []byte {
	var b bytes.Buffer
	head := elf.Header64{
		Type: uint16(elf.ET_DYN), Machine: uint16(m.machine), Version: 1,
		Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 2, Shentsize: 64,
	}
	copy(head.Ident[:], "\x7fELF\x02\x01\x01")
	binary.Write(&b, binary.LittleEndian, head)
	binary.Write(&b, binary.LittleEndian, []elf.Prog64{
		{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_X), Filesz: codeAt + codeSize, Memsz: codeAt + codeSize, Align: 0x1000},
		{Type: uint32(elf.PT_GNU_EH_FRAME), Off: indexAt, Vaddr: indexAt, Filesz: uint64(len(m.index)), Memsz: uint64(len(m.index))},
	})
	data := make([]byte, codeAt+codeSize)
	copy(data, b.Bytes())
	copy(data[framesAt:], m.frames)
	copy(data[indexAt:], m.index)
	return data
}

func (m *made) file(t testing.TB) *image.File {
	t.Helper()
	f, err := image.NewFile("made", bytes.NewReader(m.bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// space is that of a process that has the file, with anonymous code behind it.
func (m *made) space(t testing.TB) *image.Space {
	f := m.file(t)
	return image.NewSpace([]procfs.Mapping{
		{Start: loadedAt, End: loadedAt + codeAt + codeSize, Perm: procfs.Readable | procfs.Executable, Inode: 1, Path: "/made"},
		{Start: 0x500000, End: 0x501000, Perm: procfs.Readable | procfs.Executable},
	}, func(p procfs.Mapping) (*image.File, error) {
		if p.Path == "" {
			return nil, fmt.Errorf("image: %s: %w", p.Start, image.ErrNoFile)
		}
		return f, nil
	})
}

func cat(parts ...any) []byte {
	var b []byte
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			b = append(b, byte(p))
		case string:
			b = append(b, p...)
		case []byte:
			b = append(b, p...)
		case uint16:
			b = binary.LittleEndian.AppendUint16(b, p)
		case uint32:
			b = binary.LittleEndian.AppendUint32(b, p)
		case int32:
			b = binary.LittleEndian.AppendUint32(b, uint32(p))
		case uint64:
			b = binary.LittleEndian.AppendUint64(b, p)
		}
	}
	return b
}

// sized puts the length before an entry.
func sized(b []byte) []byte { return cat(uint32(len(b)), b) }

// A builder makes .eh_frame of one CIE and functions.
type builder struct {
	data []byte
	hdr  []byte
	n    uint32
}

func newBuilder(cie []byte) *builder { return &builder{data: sized(cat(uint32(0), cie))} }

// function adds an FDE with addresses relative to themselves, in 32 bits.
func (b *builder) function(start, size int, program ...any) {
	at := len(b.data)
	pc := int32(codeAt + start - (framesAt + at + 8))
	b.data = append(b.data, sized(cat(uint32(at+4), pc, uint32(size), 0, cat(program...)))...)
	b.hdr = cat(b.hdr, int32(codeAt+start-indexAt), int32(framesAt+at-indexAt))
	b.n++
}

func (b *builder) made(m elf.Machine) *made {
	data := append(b.data, 0, 0, 0, 0)
	index := cat(1, 0x1b, 0x03, 0x3b, int32(framesAt-indexAt-4), b.n, b.hdr)
	return &made{machine: m, frames: data, index: index}
}

// code is an address of the made file in the process.
func code(off int) uint64 { return uint64(loadedAt + codeAt + off) }

// words is memory of 64-bit words.
func words(addr abi.Addr, values ...uint64) mem.Span {
	s := mem.Span{Addr: addr}
	for _, v := range values {
		s.Data = binary.LittleEndian.AppendUint64(s.Data, v)
	}
	return s
}

func regs(a *abi.ABI, values map[string]uint64) *abi.Regs {
	r := &abi.Regs{ABI: a}
	for i, reg := range a.Regs {
		r.Values[i] = values[reg.Name]
	}
	return r
}
