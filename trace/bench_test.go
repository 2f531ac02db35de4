package trace_test

import (
	"context"
	"runtime"
	"strconv"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/seccomp"
	"github.com/trapline/trapline/trace"
)

// A stop allocates nothing once the tracer has come into its stride.
func TestStopsAllocateNothing(t *testing.T) {
	const warm, measured = 2000, 10000
	var before, after runtime.MemStats
	stops := 0
	run(t, trace.Options{Syscalls: true}, func(*trace.Stop) (trace.Action, error) {
		switch stops++; stops {
		case warm:
			runtime.ReadMemStats(&before)
		case warm + measured:
			runtime.ReadMemStats(&after)
		}
		return trace.Action{}, nil
	}, fixture.Build(t, "getppid"), strconv.Itoa(warm+measured))
	// The runtime itself allocates now and then: timers, scheduler records.
	if n := after.Mallocs - before.Mallocs; n > measured/100 {
		t.Errorf("%d allocations in %d stops", n, measured)
	}
}

// The bare cost of a system call under the engine: two stops.
func BenchmarkSyscall(b *testing.B) { benchmark(b, trace.Options{Syscalls: true}) }

// The cost of one that a filter lets pass whatever its arguments are, and of one whose
// arguments it has to look at.
func BenchmarkPassed(b *testing.B) { benchmark(b, sieved()) }

func BenchmarkCondition(b *testing.B) {
	where := seccomp.Compare{Arg: 0, Value: 99, Bits: 32}
	benchmark(b, sieved(seccomp.Rule{ABI: abi.AMD64, Calls: []seccomp.Span{seccomp.One(nrGetppid)}, Where: where}))
}

// benchmark has a program call getppid.
func benchmark(b *testing.B, o trace.Options) {
	program := fixture.Build(b, "getppid")
	tracer := trace.New(o)
	if _, err := tracer.Start(&trace.Command{Path: program, Args: []string{program, strconv.Itoa(b.N)}}); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	if err := tracer.Run(context.Background(), trace.HandlerFunc(ignore)); err != nil {
		b.Fatal(err)
	}
}
