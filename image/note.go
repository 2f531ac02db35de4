package image

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
)

// maxNotes is how many bytes of a segment or section of notes are looked at.
const maxNotes = 64 << 10

// noteBuildID is NT_GNU_BUILD_ID.
const noteBuildID = 3

// BuildID returns the linker's identity of the file; nil if it has none.
func (f *File) BuildID() []byte {
	for _, p := range f.elf.Progs {
		if p.Type == elf.PT_NOTE {
			if id := f.noteAt(p.Off, p.Filesz); id != nil {
				return id
			}
		}
	}
	for _, s := range f.elf.Sections {
		if s.Type == elf.SHT_NOTE {
			if id := f.noteAt(s.Offset, s.FileSize); id != nil {
				return id
			}
		}
	}
	return nil
}

// noteAt returns the build-id among the notes at an offset of the file.
func (f *File) noteAt(offset, size uint64) []byte {
	notes := make([]byte, min(size, maxNotes))
	n, _ := f.r.ReadAt(notes, int64(offset))
	return buildID(notes[:n])
}

// buildID finds the build-id among notes: each has the sizes of its name and content,
// a type, and both padded to words.
func buildID(notes []byte) []byte {
	const header = 12
	for len(notes) >= header {
		name, content := uint64(binary.LittleEndian.Uint32(notes)), uint64(binary.LittleEndian.Uint32(notes[4:]))
		kind := binary.LittleEndian.Uint32(notes[8:])
		notes = notes[header:]
		end := words(name) + content
		if end > uint64(len(notes)) {
			return nil
		}
		if kind == noteBuildID && content > 0 && bytes.Equal(notes[:name], []byte("GNU\x00")) {
			return notes[words(name):end]
		}
		notes = notes[min(words(end), uint64(len(notes))):]
	}
	return nil
}

// words rounds a size up to whole words.
func words(size uint64) uint64 { return (size + 3) &^ 3 }
