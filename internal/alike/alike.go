// Package alike finds what a name may be a misspelling of.
package alike

import (
	"slices"
	"strings"
)

// To returns up to three of names that name may be a misspelling of, the most
// alike first.
func To(name string, names []string) []string {
	const most = 3
	type match struct {
		name string
		far  int
	}
	var matches []match
	limit := 2
	if len(name) < 5 {
		limit = 1
	}
	for _, n := range names {
		if len(n)-len(name) > limit || len(name)-len(n) > limit {
			continue
		}
		if far := distance(name, n); far <= limit {
			matches = append(matches, match{n, far})
		}
	}
	slices.SortStableFunc(matches, func(a, b match) int { return a.far - b.far })
	var near []string
	for _, m := range matches[:min(most, len(matches))] {
		if m.far > matches[0].far {
			break
		}
		near = append(near, m.name)
	}
	return near
}

// Hint proposes names to stand behind a message; it is empty without any.
func Hint(near []string) string {
	if len(near) == 0 {
		return ""
	}
	return " (did you mean " + strings.Join(near, " or ") + "?)"
}

// distance is the number of bytes to insert, delete, replace or swap with their
// neighbour to make b of a.
func distance(a, b string) int {
	var before []int // the row before the last
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+differ(a[i], b[j]))
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

func differ(a, b byte) int {
	if a == b {
		return 0
	}
	return 1
}
