package capture

import (
	"slices"
	"testing"
)

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
