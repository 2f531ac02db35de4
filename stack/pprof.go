package stack

import (
	"compress/gzip"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/procfs"
)

// WriteProfile writes the samples as a compressed profile that pprof reads: a message of
// its profile.proto, from which the numbers of fields are.
func (s *Samples) WriteProfile(w io.Writer) error {
	b := profiler{
		texts:     map[string]uint64{},
		mappings:  map[procfs.Mapping]*mapping{},
		functions: map[functionKey]uint64{},
		locations: map[abi.Addr]uint64{},
	}
	b.text("")
	wall := b.valueType("wall", "nanoseconds")
	b.out.bytes(1, b.valueType("samples", "count"))
	b.out.bytes(1, wall)
	for i := range s.Stacks {
		b.sample(&s.Stacks[i], s.Every)
	}
	for _, m := range b.order {
		b.out.bytes(3, b.mappingMessage(m))
	}
	b.out.uint(9, uint64(s.Began.UnixNano()))
	b.out.uint(10, uint64(s.Took))
	b.out.bytes(11, wall)
	b.out.uint(12, uint64(s.Every))
	b.out.uints(13, b.text(fmt.Sprintf("process %d: %s", s.PID, s.Program)))
	if s.Every > 0 {
		b.out.uint(14, b.text("wall"))
	} else {
		b.out.uint(14, b.text("samples"))
	}
	for _, text := range b.strings {
		b.out.bytes(6, []byte(text))
	}
	z := gzip.NewWriter(w)
	if _, err := z.Write(b.out); err != nil {
		return err
	}
	return z.Close()
}

// A profiler puts a profile together, whose parts refer to each other by number: texts
// count from zero, which is the empty one, the others from one.
type profiler struct {
	out       message
	strings   []string
	texts     map[string]uint64
	mappings  map[procfs.Mapping]*mapping
	order     []*mapping
	functions map[functionKey]uint64
	locations map[abi.Addr]uint64
}

// A mapping is a module and what is known of the code in it.
type mapping struct {
	id                              uint64
	module                          *image.Module
	functions, files, lines, inline bool
}

type functionKey struct{ name, symbol, file string }

func (b *profiler) text(s string) uint64 {
	id, known := b.texts[s]
	if !known {
		id = uint64(len(b.strings))
		b.texts[s] = id
		b.strings = append(b.strings, s)
	}
	return id
}

func (b *profiler) valueType(kind, unit string) (m message) {
	m.uint(1, b.text(kind))
	m.uint(2, b.text(unit))
	return m
}

func (b *profiler) sample(s *Sampled, every time.Duration) {
	if len(s.Frames) == 0 {
		return
	}
	var m message
	locations := make([]uint64, len(s.Frames))
	for i := range s.Frames {
		locations[i] = b.location(&s.Frames[i])
	}
	m.uints(1, locations...)
	m.uints(2, uint64(s.Count), uint64(s.Count)*uint64(every))
	if s.Doing != "" {
		m.bytes(3, b.label("goroutine", s.Doing, 0))
	} else {
		m.bytes(3, b.label("thread", s.Name, 0))
		m.bytes(3, b.label("tid", "", uint64(s.TID)))
	}
	b.out.bytes(2, m)
}

// label is a text, or a number where that is empty.
func (b *profiler) label(key, text string, number uint64) (m message) {
	m.uint(1, b.text(key))
	m.uint(2, b.text(text))
	m.uint(3, number)
	return m
}

// location is where a frame is. Its address is in the instruction that calls, as
// pprof wants it.
func (b *profiler) location(f *Frame) uint64 {
	addr := f.Lookup()
	if id := b.locations[addr]; id != 0 {
		return id
	}
	id := uint64(len(b.locations) + 1)
	b.locations[addr] = id
	in := b.mapping(f.Module)
	var m message
	m.uint(1, id)
	m.uint(2, in.id)
	m.uint(3, uint64(addr))
	for i := range f.Places {
		in.learn(&f.Places[i])
		m.bytes(4, b.line(&f.Places[i]))
	}
	b.out.bytes(4, m)
	return id
}

func (b *profiler) line(p *image.Place) (m message) {
	m.uint(1, b.function(p))
	m.uint(2, uint64(p.Line))
	m.uint(3, uint64(p.Column))
	return m
}

func (b *profiler) function(p *image.Place) uint64 {
	f := functionKey{functionName(p), p.Symbol, p.File}
	if id := b.functions[f]; id != 0 {
		return id
	}
	id := uint64(len(b.functions) + 1)
	b.functions[f] = id
	var m message
	m.uint(1, id)
	m.uint(2, b.text(f.name))
	m.uint(3, b.text(f.symbol))
	m.uint(4, b.text(f.file))
	b.out.bytes(5, m)
	return id
}

// mapping is that of a module; one that stands for none, with number zero, without.
func (b *profiler) mapping(m *image.Module) *mapping {
	if m == nil {
		return &mapping{}
	}
	if known := b.mappings[m.Mapping]; known != nil {
		return known
	}
	made := &mapping{id: uint64(len(b.mappings) + 1), module: m}
	b.mappings[m.Mapping] = made
	b.order = append(b.order, made)
	return made
}

// learn takes note of what is known of a place in the mapping.
func (m *mapping) learn(p *image.Place) {
	m.functions = true
	m.files = m.files || p.File != ""
	m.lines = m.lines || p.Line > 0
	m.inline = m.inline || p.Inlined
}

func (b *profiler) mappingMessage(in *mapping) (m message) {
	m.uint(1, in.id)
	m.uint(2, uint64(in.module.Start))
	m.uint(3, uint64(in.module.End))
	m.uint(4, in.module.Offset)
	m.uint(5, b.text(in.module.Path))
	m.uint(6, b.text(hex.EncodeToString(buildID(in.module))))
	m.bool(7, in.functions)
	m.bool(8, in.files)
	m.bool(9, in.lines)
	m.bool(10, in.inline)
	return m
}

// buildID is the linker's identity of the module's file; nil if it is not known.
func buildID(m *image.Module) []byte {
	f, err := m.File()
	if err != nil || f == nil {
		return nil
	}
	return f.BuildID()
}
