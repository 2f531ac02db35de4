package capture_test

import (
	"slices"
	"testing"
	"time"

	"github.com/trapline/trapline/capture"
	"github.com/trapline/trapline/internal/fixture"
)

// BenchmarkFreeze takes a process of 500 threads, of which 100 compute. The freeze is to be
// 1 ms and 20 us a thread at the most: 11 ms.
func BenchmarkFreeze(b *testing.B) {
	p := fixture.Start(b, fixture.Build(b, "crowd"), "500")
	p.Await("crowd: %d here")
	s := capture.Session{PID: p.PID()}
	var frozen []time.Duration
	for b.Loop() {
		c, err := s.Take()
		if err != nil {
			b.Fatal(err)
		}
		frozen = append(frozen, c.Frozen)
		c.Close()
	}
	slices.Sort(frozen)
	b.ReportMetric(float64(frozen[len(frozen)/2].Microseconds()), "µs-frozen")
	b.ReportMetric(float64(frozen[len(frozen)-1].Microseconds()), "µs-frozen-max")
}
