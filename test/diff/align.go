package main

import (
	"regexp"
	"slices"
	"strings"
)

// none stands for a line without a partner.
const none = -1

// align pairs the lines of two streams in order: for each line of a, the index of its partner in b.
// Equal lines are paired first; between them, lines of the same call.
func align(a, b []string) []int {
	partner := make([]int, len(a))
	for i := range partner {
		partner[i] = none
	}
	pairs := func(i, j int) { partner[i] = j }
	i, j := 0, 0
	same := append(common(a, b), [2]int{len(a), len(b)})
	for _, at := range same {
		alignCalls(a[i:at[0]], b[j:at[1]], i, j, pairs)
		if at[0] < len(a) {
			pairs(at[0], at[1])
		}
		i, j = at[0]+1, at[1]+1
	}
	return partner
}

// alignCalls pairs the lines of a gap between equal lines by what they are about.
func alignCalls(a, b []string, i, j int, pair func(i, j int)) {
	for _, at := range common(subjects(a), subjects(b)) {
		pair(i+at[0], j+at[1])
	}
}

func subjects(lines []string) []string {
	names := make([]string, len(lines))
	for i, line := range lines {
		names[i] = subject(line)
	}
	return names
}

var call = regexp.MustCompile(`[a-z_]\w*\(`)

// subject is the name of the call, or the first two words of any other line.
func subject(line string) string {
	if name := call.FindString(line); name != "" {
		return strings.TrimSuffix(name, "(")
	}
	words := strings.Fields(line)
	return strings.Join(words[:min(2, len(words))], " ")
}

// common returns a longest common subsequence of two streams as pairs of indexes (Myers' greedy
// algorithm). It gives up at a distance at which the streams have nothing to do with each other.
func common(a, b []string) [][2]int {
	const farthest = 3000
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	a, b = a[start:], b[start:]
	var history [][]int
	limit := min(len(a)+len(b), farthest)
	v := make([]int, 2*limit+3)
	at := func(k int) *int { return &v[k+limit+1] }
	for d := 0; d <= limit; d++ {
		history = append(history, append([]int(nil), v[limit+1-d:limit+2+d]...))
		for k := -d; k <= d; k += 2 {
			x := *at(k - 1) + 1
			if k == -d || k != d && *at(k - 1) < *at(k + 1) {
				x = *at(k + 1)
			}
			for x < len(a) && x-k < len(b) && a[x] == b[x-k] {
				x++
			}
			*at(k) = x
			if x >= len(a) && x-k >= len(b) {
				return append(diagonal(start), backtrack(history, len(a), len(b), start)...)
			}
		}
	}
	return diagonal(start)
}

// diagonal is the pairs of a common prefix.
func diagonal(n int) [][2]int {
	pairs := make([][2]int, n)
	for i := range pairs {
		pairs[i] = [2]int{i, i}
	}
	return pairs
}

// backtrack walks the rounds of common from the end and collects the equal lines.
func backtrack(history [][]int, x, y, shift int) [][2]int {
	var pairs [][2]int
	slide := func(toX, toY int) {
		for x > toX && y > toY {
			x, y = x-1, y-1
			pairs = append(pairs, [2]int{x + shift, y + shift})
		}
	}
	for d := len(history) - 1; d > 0; d-- {
		at := func(k int) int { return history[d][k+d] }
		k := x - y
		previous := k - 1
		if k == -d || k != d && at(k-1) < at(k+1) {
			previous = k + 1
		}
		slide(at(previous), at(previous)-previous)
		x, y = at(previous), at(previous)-previous
	}
	slide(0, 0)
	slices.Reverse(pairs)
	return pairs
}
