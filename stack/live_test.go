package stack

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/pprof/profile"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/trapline/trapline/capture"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/internal/fixture"
)

// take returns the stacks of the fixture calls while it is in its signal handler.
func take(t *testing.T, r Resolver, flags ...fixture.Flag) *Process {
	t.Helper()
	f := fixture.Start(t, fixture.Build(t, "calls", flags...), "2")
	f.Await("calls: ready")
	fixture.AwaitThreads(t, f.PID(), "S")
	taken, err := capture.Take(f.PID(), capture.Options{Deadline: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	r.Open = new(image.Cache).Running(f.PID())
	p := r.Resolve(taken)
	p.Program = "calls"
	return p
}

// The calls of a real program are what its source says, on every ABI.
func TestCalls(t *testing.T) {
	for _, flags := range [][]fixture.Flag{nil, {fixture.M32}, {fixture.Static}} {
		p := take(t, Resolver{}, flags...)
		names := slices.Collect(p.Threads[0].labels())
		if !contain(names, "main", "outer", "middle", "inner") || !contain(names, signaled, "handler") {
			t.Errorf("%v: the main thread: %s", flags, names)
		}
		if got := len(groups(p.Threads)); got != 2 {
			t.Errorf("%v: %d groups of threads", flags, got)
		}
	}
}

// A limit holds for calls, those that are inlined included.
func TestLimit(t *testing.T) {
	whole := slices.Collect(take(t, Resolver{}).Threads[0].labels())
	for limit := 1; limit < len(whole); limit++ {
		thread := &take(t, Resolver{Limit: limit}).Threads[0]
		calls := 0
		for i := range thread.Frames {
			calls += len(thread.Frames[i].calls())
		}
		if calls != limit || thread.Ended != more {
			t.Errorf("%d calls for a limit of %d, ended %q", calls, limit, thread.Ended)
		}
	}
}

// By symbols alone there are no inlined calls, such as middle's, and no lines.
func TestSymbols(t *testing.T) {
	thread := &take(t, Resolver{Symbols: true}).Threads[0]
	if names := slices.Collect(thread.labels()); !contain(names, "main", "outer", "inner") {
		t.Errorf("%s", names)
	}
	for _, f := range thread.Frames {
		for _, p := range f.Places {
			if p.File != "" || p.Line != 0 || p.Inlined || p.From > image.SymTab {
				t.Errorf("%+v", p)
			}
		}
	}
}

// contain reports whether names have those one behind the other.
func contain(names []string, those ...string) bool {
	return strings.Contains(";"+strings.Join(names, ";")+";", ";"+strings.Join(those, ";")+";")
}

// What is written of a real program is what readers expect.
func TestWritten(t *testing.T) {
	p := take(t, Resolver{})
	var b bytes.Buffer
	if err := p.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	data, err := jsonschema.UnmarshalJSON(&b)
	if err != nil {
		t.Fatal(err)
	}
	if err := schema(t).Validate(data); err != nil {
		t.Error(err)
	}
	var s Samples
	s.Add(p)
	b.Reset()
	if err := s.WriteProfile(&b); err != nil {
		t.Fatal(err)
	}
	read, err := profile.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	mapped := slices.ContainsFunc(read.Mapping, func(m *profile.Mapping) bool {
		return strings.Contains(m.File, "/calls-") && m.BuildID != "" && m.HasFunctions && m.HasLineNumbers && m.HasInlineFrames
	})
	if !mapped {
		t.Errorf("mappings %v", read.Mapping)
	}
}
