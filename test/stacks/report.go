package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// oracle is whom we are held against.
var oracle = "gdb"

// report prints what came out of one program, and its most frequent differences.
func report(name string, t tally, err error) {
	fmt.Printf("%-20s %7.2f%%  %6d of %6d frames, %5d lines (%.2f%%)%s\n", name, 100*t.fraction(), t.equal, t.judged(), t.lines, 100*t.lineFraction(), t.asides())
	if err != nil {
		fmt.Println("     failed: " + shorten(err.Error()))
	}
	if *verbose {
		for _, d := range t.differences {
			d.report("")
		}
		for _, d := range t.strays {
			d.report(": gdb is astray")
		}
		return
	}
	summary := summarize(t.differences)
	for _, text := range summary[:min(4, len(summary))] {
		fmt.Println("     " + text)
	}
}

// shorten keeps the first lines of a complaint.
func shorten(text string) string {
	lines := strings.Split(text, "\n")
	return strings.Join(lines[:min(6, len(lines))], "\n     ")
}

// asides are the frames that are not judged.
func (t *tally) asides() (text string) {
	if t.more > 0 {
		text += fmt.Sprintf(", %d that gdb cannot name", t.more)
	}
	if t.tails > 0 {
		text += fmt.Sprintf(", %d tail calls that gdb deduces", t.tails)
	}
	if t.astray > 0 {
		text += fmt.Sprintf(", %d where gdb is astray", t.astray)
	}
	if t.further > 0 {
		text += fmt.Sprintf(", %d beyond gdb's", t.further)
	}
	return text
}

// report prints a difference below the frames that lead to it.
func (d *difference) report(what string) {
	fmt.Printf("    thread %d%s\n", d.thread, what)
	for _, f := range d.inner {
		fmt.Printf("          %s\n", f)
	}
	if d.gdb != nil {
		fmt.Printf("        - %s\n", d.gdb)
	}
	if d.ours != nil {
		fmt.Printf("        + %s\n", d.ours)
	} else if d.end != "" {
		fmt.Printf("          (%s)\n", d.end)
	}
}

// summarize lists the different differences, the most frequent first.
func summarize(differences []difference) []string {
	count := map[string]int{}
	for _, d := range differences {
		count[d.short()]++
	}
	texts := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return strings.Compare(a, b)
	})
	for i, text := range texts {
		texts[i] = fmt.Sprintf("%5d  %s", count[text], text)
	}
	return texts
}

func (d *difference) short() string {
	name := func(f *frame) string {
		switch {
		case f == nil:
			return "nothing"
		case d.onlyTheLine:
			return fmt.Sprintf("%s:%d", f.File, f.Line)
		case f.Function == "":
			return "??"
		}
		return f.Function
	}
	return oracle + " " + name(d.gdb) + ", ours " + name(d.ours)
}
