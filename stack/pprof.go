package stack

import (
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/google/pprof/profile"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/procfs"
)

// WriteProfile writes the samples as a compressed profile that pprof reads.
func (s *Samples) WriteProfile(w io.Writer) error {
	b := profiler{
		profile: &profile.Profile{
			SampleType: []*profile.ValueType{
				{Type: "samples", Unit: "count"},
				{Type: "wall", Unit: "nanoseconds"},
			},
			DefaultSampleType: "wall",
			PeriodType:        &profile.ValueType{Type: "wall", Unit: "nanoseconds"},
			Period:            int64(s.Every),
			TimeNanos:         s.Began.UnixNano(),
			DurationNanos:     int64(s.Took),
			Comments:          []string{fmt.Sprintf("process %d: %s", s.PID, s.Program)},
		},
		mappings:  map[procfs.Mapping]*profile.Mapping{},
		functions: map[profile.Function]*profile.Function{},
		locations: map[abi.Addr]*profile.Location{},
	}
	for i := range s.Stacks {
		b.sample(&s.Stacks[i], s.Every)
	}
	return b.profile.Write(w)
}

// A profiler puts a profile together, whose parts refer to each other.
type profiler struct {
	profile   *profile.Profile
	mappings  map[procfs.Mapping]*profile.Mapping
	functions map[profile.Function]*profile.Function
	locations map[abi.Addr]*profile.Location
}

func (b *profiler) sample(s *Sampled, every time.Duration) {
	if len(s.Frames) == 0 {
		return
	}
	sample := &profile.Sample{
		Value:    []int64{int64(s.Count), int64(s.Count) * int64(every)},
		Label:    map[string][]string{"thread": {s.Name}},
		NumLabel: map[string][]int64{"tid": {int64(s.TID)}},
	}
	for i := range s.Frames {
		sample.Location = append(sample.Location, b.location(&s.Frames[i]))
	}
	b.profile.Sample = append(b.profile.Sample, sample)
}

// location is where a frame is. Its address is in the instruction that calls, as
// pprof wants it.
func (b *profiler) location(f *Frame) *profile.Location {
	addr := f.Lookup()
	if l := b.locations[addr]; l != nil {
		return l
	}
	l := &profile.Location{ID: uint64(len(b.locations) + 1), Address: uint64(addr), Mapping: b.mapping(f.Module)}
	for i := range f.Places {
		p := &f.Places[i]
		l.Line = append(l.Line, profile.Line{Function: b.function(p), Line: int64(p.Line), Column: int64(p.Column)})
		if l.Mapping != nil {
			l.Mapping.HasFunctions = true
			l.Mapping.HasFilenames = l.Mapping.HasFilenames || p.File != ""
			l.Mapping.HasLineNumbers = l.Mapping.HasLineNumbers || p.Line > 0
			l.Mapping.HasInlineFrames = l.Mapping.HasInlineFrames || p.Inlined
		}
	}
	b.locations[addr] = l
	b.profile.Location = append(b.profile.Location, l)
	return l
}

func (b *profiler) function(p *image.Place) *profile.Function {
	f := profile.Function{Name: functionName(p), SystemName: p.Symbol, Filename: p.File}
	if known := b.functions[f]; known != nil {
		return known
	}
	made := f
	made.ID = uint64(len(b.functions) + 1)
	b.functions[f] = &made
	b.profile.Function = append(b.profile.Function, &made)
	return &made
}

func (b *profiler) mapping(m *image.Module) *profile.Mapping {
	if m == nil {
		return nil
	}
	if known := b.mappings[m.Mapping]; known != nil {
		return known
	}
	made := &profile.Mapping{
		ID:      uint64(len(b.mappings) + 1),
		Start:   uint64(m.Start),
		Limit:   uint64(m.End),
		Offset:  m.Offset,
		File:    m.Path,
		BuildID: hex.EncodeToString(buildID(m)),
	}
	b.mappings[m.Mapping] = made
	b.profile.Mapping = append(b.profile.Mapping, made)
	return made
}

// buildID is the linker's identity of the module's file; nil if it is not known.
func buildID(m *image.Module) []byte {
	f, err := m.File()
	if err != nil || f == nil {
		return nil
	}
	return f.BuildID()
}
