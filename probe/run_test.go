package probe_test

import (
	"context"
	"testing"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/probe"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/variable"
)

// observer is a function that is told of hits.
type observer func(*probe.Hit)

func (o observer) Hit(h *probe.Hit) error {
	o(h)
	return nil
}

// run runs a program with probes to its end and returns what it said and how it ended.
func run(t testing.TB, o probe.Observer, probes []*probe.Probe, program string, args ...string) (said string, end trace.Exited) {
	t.Helper()
	r := probe.NewRun(o, probes...)
	r.Set.Problem = func(pid int, err error) { t.Errorf("%d: %v", pid, err) }
	out, text := fixture.Output(t)
	tracer := trace.New(trace.Options{Follow: true})
	child, err := tracer.Start(&trace.Command{Path: program, Args: append([]string{program}, args...), Stdout: out})
	if err != nil {
		t.Fatal(err)
	}
	r.Set.Next = trace.HandlerFunc(func(stop *trace.Stop) (trace.Action, error) {
		if e, ok := stop.Event.(*trace.Exited); ok && stop.Task.TID() == child {
			end = *e
		}
		return trace.Action{}, nil
	})
	if err := tracer.Run(context.Background(), r.Set); err != nil {
		t.Fatal(err)
	}
	return text(), end
}

// parse makes probes of what a user writes.
func parse(t testing.TB, places ...string) (all []*probe.Probe) {
	t.Helper()
	for _, text := range places {
		p, err := probe.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// text is a value as it is shown.
func text(v *variable.Value) string { return v.Text(variable.DefaultLimits) }
