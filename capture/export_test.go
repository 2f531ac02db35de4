package capture

import (
	"io/fs"
	"slices"
	"testing"
)

// Unborn makes each thread but the leader unknown to the kernel when it is first looked at,
// until the test ends.
func Unborn(t *testing.T) {
	t.Cleanup(func() { look = lookAt })
	known := map[int]bool{}
	look = func(pid, tid int) (*thread, error) {
		if tid != pid && !known[tid] {
			known[tid] = true
			return nil, fs.ErrNotExist
		}
		return lookAt(pid, tid)
	}
}

// Steps are how many steps a freeze has.
var Steps = len(steps)

// The numbers of some steps.
const (
	Seize = iota
	Begin
	Stop
	Settled
	Copy
	While
	Release
	Late
)

// Before does something before a step of each freeze, until the test ends; before the step
// Steps, which there is not, at the end of each.
func Before(t *testing.T, step int, do func()) {
	old := steps
	t.Cleanup(func() { steps = old })
	steps = slices.Insert(slices.Clone(old), step, func(*freeze) error {
		do()
		return nil
	})
}
