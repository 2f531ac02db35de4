package probe_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/probe"
)

// A hit whose condition does not hold.
func BenchmarkCondition(b *testing.B) {
	probes := parse(b, "probed_hit if n < 0")
	b.ReportAllocs()
	run(b, observer(func(*probe.Hit) {}), probes, fixture.Build(b, "probed"), "race", "1", fmt.Sprint(b.N))
}

// A call and its return, told to nobody.
func BenchmarkReturn(b *testing.B) {
	probes := parse(b, "probed_hit")
	probes[0].Return = true
	b.ReportAllocs()
	run(b, observer(func(*probe.Hit) {}), probes, fixture.Build(b, "probed"), "race", "1", fmt.Sprint(b.N))
}

// Neither a hit whose condition does not hold nor a call and its return leave anything for the
// garbage collector.
func TestHitAllocations(t *testing.T) {
	const first, last = 1000, 3000
	for name, probes := range map[string][]*probe.Probe{
		"condition": parse(t, "probed_hit if n < 0"), "return": parse(t, "probed_hit"),
	} {
		probes[0].Return = name == "return"
		var began, ended uint64
		mallocs := observer(func(h *probe.Hit) {
			var m runtime.MemStats
			switch h.Probe {
			case probes[1]:
				runtime.ReadMemStats(&m)
				began = m.Mallocs
			case probes[2]:
				runtime.ReadMemStats(&m)
				ended = m.Mallocs
			}
		})
		probes = append(probes, parse(t, fmt.Sprintf("probed_hit if n == %d", first), fmt.Sprintf("probed_hit if n == %d", last))...)
		run(t, mallocs, probes, fixture.Build(t, "probed"), "race", "1", fmt.Sprint(last+1))
		if n := ended - began; began == 0 || n > (last-first)/4 {
			t.Errorf("%s: %d allocations in %d hits", name, n, last-first)
		}
	}
}
