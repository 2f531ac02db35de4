package unwind

import (
	"testing"

	"github.com/trapline/trapline/internal/fixture"
)

// Code that a program has moved to anonymous memory is still that of its file.
func TestRemapped(t *testing.T) {
	program := fixture.Build(t, "remapped", "-O2", "-fomit-frame-pointer")
	names := symbols(t, program)
	frames, err := standing(t, "remapped", program)
	if got, want := chain(frames, program, names), "inner outer main"; got != want || err != nil {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
}
