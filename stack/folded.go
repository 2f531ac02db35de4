package stack

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/trapline/trapline/image"
)

// WriteFolded writes a line for each different stack of a process and how many threads,
// or goroutines if they were asked for, have it: "prog;outer;inner 3".
func WriteFolded(w io.Writer, p *Process) error {
	f := folded{}
	for t := range p.stacks() {
		f.add(p.Program, t, 1)
	}
	return f.write(w)
}

// stacks are those that were asked for: of threads or of goroutines.
func (p *Process) stacks() iter.Seq2[*Thread, string] {
	return func(yield func(*Thread, string) bool) {
		if p.Goroutines == nil {
			for i := range p.Threads {
				if !yield(&p.Threads[i], "") {
					return
				}
			}
		}
		for i := range p.Goroutines {
			if g := &p.Goroutines[i]; !yield(&g.Thread, g.state()) {
				return
			}
		}
	}
}

// folded counts stacks.
type folded map[string]int

func (f folded) add(program string, t *Thread, n int) {
	if len(t.Frames) > 0 {
		f[fold(program, t)] += n
	}
}

// fold is the line of a stack, without its count.
func fold(program string, t *Thread) string {
	names := []string{word(filepath.Base(program))}
	for name := range t.labels() {
		names = append(names, word(name))
	}
	return strings.Join(names, ";")
}

// labels are the names of the calls, the outermost first.
func (t *Thread) labels() iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := len(t.Frames) - 1; i >= 0; i-- {
			f := &t.Frames[i]
			calls := f.calls()
			if t.trampoline(i) {
				calls = trampolines
			}
			for at := len(calls) - 1; at >= 0; at-- {
				if !yield(f.label(&calls[at])) {
					return
				}
			}
		}
	}
}

// label is the shortest name of a call: its function, or the file it is in.
func (f *Frame) label(p *image.Place) string {
	switch module := f.module(); {
	case p.Function != "":
		return p.Function
	case module != "":
		return "[" + strings.Trim(filepath.Base(module), "[]") + "]"
	}
	return "[unknown]"
}

// word makes a name one that folded lines can hold.
func word(name string) string { return strings.ReplaceAll(printable(name), ";", ":") }

func (f folded) write(w io.Writer) error {
	b := bufio.NewWriter(w)
	for _, line := range slices.Sorted(maps.Keys(f)) {
		fmt.Fprintf(b, "%s %d\n", line, f[line])
	}
	return b.Flush()
}
