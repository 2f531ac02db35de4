package stack

import (
	"slices"
	"strings"
	"testing"

	"github.com/trapline/trapline/internal/fixture"
)

// From the race detector, which is C without tables on another stack, the way leads back to the
// goroutine, or ends with a reason, but nowhere else.
func TestRaceDetector(t *testing.T) {
	program := fixture.BuildGo(t, "../unwind/testdata/race/main.go", []string{"CGO_ENABLED=1"}, "-race")
	f := fixture.Start(t, program)
	f.Await("ready")
	take := taker(t, f.PID())
	const enough, most = 50, 20000
	met := 0
	for looks := 0; met < enough && looks < most && !t.Failed(); looks++ {
		p := take()
		for i := range p.Threads {
			met += backToWork(t, &p.Threads[i])
		}
	}
	if met < enough {
		t.Errorf("%d stacks of %d lead through the detector, want %d", met, most, enough)
	}
}

// backToWork counts a stack that leads from the detector to the function that called it. One that
// leads to another place is an error.
func backToWork(t *testing.T, thread *Thread) int {
	names := slices.Collect(thread.labels())
	switch i := slices.Index(names, "racecall"); {
	case i < 0 || i == 0 && strings.Contains(thread.Ended, "another stack"):
		return 0
	case slices.Contains(names, "main.work"):
		return len(names) - 1 - i // one where the detector itself is innermost
	case !slices.Contains(names, "runtime.mstart") && !slices.Contains(names, "runtime.mcall"):
		t.Errorf("%s (%s)", names, thread.Ended)
	}
	return 0
}
