package stack

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// A node is a function in the tree of all stacks: what called it is its parent.
type node struct {
	name  string
	count int
	calls []*node
}

// call is the node of what n calls.
func (n *node) call(name string) *node {
	for _, c := range n.calls {
		if c.name == name {
			return c
		}
	}
	c := &node{name: name}
	n.calls = append(n.calls, c)
	return c
}

// sort puts what was seen most often first.
func (n *node) sort() {
	slices.SortFunc(n.calls, func(a, b *node) int {
		return cmp.Or(b.count-a.count, strings.Compare(a.name, b.name))
	})
	for _, c := range n.calls {
		c.sort()
	}
}

// tree merges the stacks.
func (s *Samples) tree() *node {
	root := &node{}
	for i := range s.Stacks {
		stack := &s.Stacks[i]
		if len(stack.Frames) == 0 {
			continue
		}
		root.count += stack.Count
		at := root
		for name := range stack.labels() {
			at = at.call(name)
			at.count += stack.Count
		}
	}
	root.sort()
	return root
}

// WriteTree writes the stacks as one tree with the share of each function.
func (s *Samples) WriteTree(w io.Writer, color bool) error {
	t := text{bufio.NewWriter(w), color}
	t.paint(heading, fmt.Sprintf("Process %d: %s", s.PID, s.Program))
	fmt.Fprintf(t, " (%s of %s in %s, one every %s, frozen for %s in all)\n\n",
		count(s.Taken, "sample"), s.subjects(), s.Took.Round(time.Millisecond), s.Every, millis(s.Frozen))
	root := s.tree()
	t.nodes(root, root.count, 0)
	return t.Flush()
}

// nodes writes what n calls. Branches are marked and indented; where there is only one
// way on, it stays in its column.
func (t *text) nodes(n *node, all, depth int) {
	for _, c := range n.calls {
		mark := "  "
		if len(n.calls) > 1 || n.name == "" {
			mark = "- "
		}
		fmt.Fprintf(t, "%5.1f%% %*d  %s%s", 100*float64(c.count)/float64(all), 7, c.count, strings.Repeat("  ", depth), mark)
		t.paint(function, c.name)
		if c.self() > 0 && len(c.calls) > 0 {
			t.paint(remark, fmt.Sprintf(" (%.1f%% here)", 100*float64(c.self())/float64(all)))
		}
		t.WriteString("\n")
		deeper := depth
		if len(c.calls) > 1 {
			deeper++
		}
		t.nodes(c, all, deeper)
	}
}

// self is how often n was the innermost call.
func (n *node) self() int {
	self := n.count
	for _, c := range n.calls {
		self -= c.count
	}
	return self
}
