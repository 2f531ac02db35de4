package stack

import (
	"fmt"
	"strings"
)

// goroutines writes the stacks of goroutines. Those that stand in the same place, were
// created in the same place and wait for the same are merged.
func (t *text) goroutines(p *Process, each bool) {
	index := map[string]int{}
	var all [][]*Goroutine
	for i := range p.Goroutines {
		g := &p.Goroutines[i]
		key := g.doing() + "\n" + g.key()
		at, known := index[key]
		if !known || each {
			at = len(all)
			index[key] = at
			all = append(all, nil)
		}
		all[at] = append(all[at], g)
	}
	for _, same := range all {
		t.WriteString("\n")
		t.paint(heading, goTitle(same))
		t.WriteString(" (" + same[0].doing() + ")\n")
		t.stack(&same[0].Thread)
	}
	if p.GoErr != nil {
		t.paint(remark, "("+strings.TrimPrefix(p.GoErr.Error(), "unwind: ")+")")
		t.WriteString("\n")
	}
}

// goTitle names goroutines with the same stack.
func goTitle(same []*Goroutine) string {
	ids := make([]int, len(same))
	for i, g := range same {
		ids[i] = int(g.ID)
	}
	if len(same) > 1 {
		return count(len(same), "goroutine") + " " + ranges(ids)
	}
	return "Goroutine " + ranges(ids)
}

// doing says what the goroutine does and where it is from, as Go's own dumps do.
func (g *Goroutine) doing() string {
	text := g.Status
	if g.Reason != "" {
		text = g.Reason
	}
	if g.Locked {
		text += ", locked to thread"
	}
	if g.TID != 0 {
		text += fmt.Sprintf(", thread %d", g.TID)
	}
	if g.Created == nil || g.Parent == 0 {
		return text
	}
	p := &g.Created.calls()[0]
	text += ", created by " + printable(functionName(p))
	if g.Parent != 0 {
		text += fmt.Sprintf(" in goroutine %d", g.Parent)
	}
	if p.File != "" {
		text += fmt.Sprintf(" at %s:%d", printable(p.File), p.Line)
	}
	return text
}
