package main

import (
	"fmt"
	"slices"
	"strings"
)

// report prints what came out of one command, and the first differences.
func report(r *result) {
	if r.err != nil {
		fmt.Printf("%-14s failed: %v\n", r.command.title(), r.err)
		return
	}
	reportTotal(r)
	shown := r.differences
	if !*verbose {
		shown = shown[:min(3, len(shown))]
	}
	for _, d := range shown {
		reportDifference(d)
	}
}

func reportTotal(r *result) {
	fmt.Printf("%-14s %6.2f%%  %d of %d lines, %d not steady  %s\n", r.command.title(),
		100*r.fraction(), r.equal, r.all, r.noise, strings.Join(r.command.options, " "))
}

func reportDifference(d difference) { fmt.Printf("    - %s\n    + %s\n", d.want, d.got) }

// subject is the call that differs.
func (d difference) subject() string {
	if d.want == "" {
		return subject(d.got)
	}
	return subject(d.want)
}

// title is what a command is reported as: cases of a fixture stand below its name.
func (c *command) title() string {
	if c.marked {
		return "  " + c.abi
	}
	return c.name
}

// reportProgram prints a fixture's total and the cases that differ, with the differences of calls that
// those before did not show.
func reportProgram(p *program, results []*result) {
	total := add(results)
	fmt.Printf("%-32s %6.2f%%  %d of %d lines\n", p.name, 100*total.fraction(), total.equal, total.all)
	known := map[string]bool{}
	for _, r := range results {
		switch {
		case r.err != nil || *verbose && r.fraction() < 1:
			report(r)
		case r.fraction() < 1:
			reportTotal(r)
			reportNew(r, known)
		}
	}
}

// reportNew prints the first differences that are about calls not known yet.
func reportNew(r *result, known map[string]bool) {
	shown := 0
	for _, d := range r.differences {
		if shown < 5 && !known[d.subject()] {
			reportDifference(d)
			shown++
		}
	}
	for _, d := range r.differences {
		known[d.subject()] = true
	}
}

// add sums up results.
func add(results []*result) *result {
	total := &result{}
	for _, r := range results {
		total.equal, total.all = total.equal+r.equal, total.all+r.all
		total.differences = append(total.differences, r.differences...)
	}
	return total
}

// conclude sums up, names the calls that differ most, and fails when a command is below its threshold
// or the cases of all programs together are below theirs.
func conclude(results []*result, programs int, cases []*result) error {
	both := add(slices.Concat(results, cases))
	fmt.Printf("\n%d commands, %d fixtures, %d of %d lines equal (%.2f%%)\n",
		len(results), programs, both.equal, both.all, 100*both.fraction())
	differentSubjects(both)
	below, failed := 0, 0
	for _, r := range results {
		if !r.right(*threshold) {
			below++
		}
	}
	for _, r := range cases {
		if r.err != nil {
			failed++
		}
	}
	part := add(cases)
	switch {
	case below > 0:
		return fmt.Errorf("%d commands below %g%%", below, 100**threshold)
	case failed > 0:
		return fmt.Errorf("%d cases of fixtures did not run", failed)
	case part.all > 0 && part.fraction() < *fixtures:
		return fmt.Errorf("fixtures: %.2f%%, below %g%%", 100*part.fraction(), 100**fixtures)
	}
	return nil
}

// differentSubjects prints the calls that differ most.
func differentSubjects(r *result) {
	bySubject := map[string]int{}
	for _, d := range r.differences {
		bySubject[d.subject()]++
	}
	for _, s := range mostFrequent(bySubject, 20) {
		fmt.Printf("    %5d  %s\n", bySubject[s], s)
	}
}

func mostFrequent(count map[string]int, n int) []string {
	var keys []string
	for key := range count {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return strings.Compare(a, b)
	})
	return keys[:min(n, len(keys))]
}
