package cover

import (
	"encoding/binary"
	"hash/crc32"
	"time"
)

// A profile is written as a magic word, a version, and from there on numbers (varints) and
// strings (their length, their bytes): runs, then files by path, each with its functions
// and lines. Numbers of lines are differences from the line before. A checksum ends it.

// magic begins each profile.
const magic = "trapcov\n"

// formatVersion is the version of the form. What reads it refuses others.
const formatVersion = 1

// AppendBinary appends the profile in the form that ParseProfile reads.
func (p *Profile) AppendBinary(b []byte) ([]byte, error) {
	begin := len(b)
	e := encoder{append(b, magic...)}
	e.number(formatVersion)
	e.flag(p.Counted)
	e.number(len(p.Runs))
	for i := range p.Runs {
		e.run(&p.Runs[i])
	}
	files := p.Files()
	e.number(len(files))
	for _, f := range files {
		e.file(f)
	}
	return binary.LittleEndian.AppendUint32(e.b, crc32.ChecksumIEEE(e.b[begin:])), nil
}

// An encoder is what has been written.
type encoder struct{ b []byte }

func (e *encoder) count(n uint64) { e.b = binary.AppendUvarint(e.b, n) }
func (e *encoder) number(n int)   { e.count(uint64(n)) }

func (e *encoder) flag(on bool) {
	n := 0
	if on {
		n = 1
	}
	e.number(n)
}

func (e *encoder) text(s string) {
	e.number(len(s))
	e.b = append(e.b, s...)
}

// time writes a time in microseconds; no time is zero.
func (e *encoder) time(t time.Time) {
	if t.IsZero() {
		e.number(0)
		return
	}
	e.count(uint64(max(t.UnixMicro(), 0)))
}

func (e *encoder) run(r *Run) {
	e.number(len(r.Command))
	for _, word := range r.Command {
		e.text(word)
	}
	e.text(r.Dir)
	e.time(r.Began)
	e.time(r.Flushed)
	e.flag(r.Ended)
	e.text(r.Status)
}

func (e *encoder) file(f *File) {
	e.text(f.Path)
	e.text(f.Source.Found)
	e.b = append(e.b, f.Source.Digest[:]...)
	e.flag(f.Source.Differs)
	functions := f.Functions()
	e.number(len(functions))
	for _, k := range functions {
		e.text(k.Name)
		e.number(k.First)
		e.number(k.Last - k.First)
		e.count(k.Hits)
	}
	lines := f.Lines()
	e.number(len(lines))
	before := 0
	for _, l := range lines {
		e.number(l.Number - before)
		before = l.Number
		e.blocks(l.Blocks)
	}
}

func (e *encoder) blocks(blocks []*Block) {
	e.number(len(blocks))
	for _, b := range blocks {
		e.count(uint64(b.At.Column))
		e.count(uint64(b.At.Part))
		e.count(b.Hits)
	}
}
