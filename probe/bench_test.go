package probe_test

import (
	"fmt"
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
