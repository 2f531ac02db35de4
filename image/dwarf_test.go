package image

import (
	"slices"
	"testing"
)

// Inlined calls without names leave their lines to the next caller that has one.
func TestAddPlace(t *testing.T) {
	var places []Place
	for i, p := range []Place{
		{File: "a", Line: 1, Inlined: true},
		{File: "b", Line: 2, Inlined: true},
		{Function: "c", File: "c", Line: 3, Inlined: true},
		{File: "d", Line: 4, Inlined: true},
		{Function: "e", File: "e", Line: 5},
	} {
		places = addPlace(places, i > 0, p)
	}
	if want := []Place{{Function: "c", File: "a", Line: 1, Inlined: true}, {Function: "e", File: "d", Line: 4}}; !slices.Equal(places, want) {
		t.Errorf("%+v, want %+v", places, want)
	}
	before := []Place{{File: "a", Line: 1, Inlined: true}}
	if places := addPlace(before, false, Place{Function: "f"}); len(places) != 2 {
		t.Errorf("what was there before is no callee: %+v", places)
	}
}
