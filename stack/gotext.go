package stack

import (
	"fmt"
	"strings"
	"time"
)

// A gathering is goroutines that stand in the same place, were created in the same place
// and wait for the same.
type gathering []*Goroutine

// gatherings puts such goroutines together, in the order of the first of each.
func gatherings(all []Goroutine) (merged []gathering) {
	index := map[string]int{}
	for i := range all {
		g := &all[i]
		key := g.state() + "\n" + g.createdIn() + "\n" + g.key()
		at, known := index[key]
		if !known {
			at = len(merged)
			index[key] = at
			merged = append(merged, nil)
		}
		merged[at] = append(merged[at], g)
	}
	return merged
}

// separate makes each goroutine a gathering.
func separate(all []Goroutine) []gathering {
	merged := make([]gathering, len(all))
	for i := range all {
		merged[i] = gathering{&all[i]}
	}
	return merged
}

// goroutines writes the stacks of goroutines.
func (t *text) goroutines(p *Process, each bool) {
	all := gatherings(p.Goroutines)
	if each {
		all = separate(p.Goroutines)
	}
	for _, g := range all {
		t.WriteString("\n")
		t.paint(heading, g.title())
		t.WriteString(" (" + printable(g.doing()) + ")\n")
		t.stack(&g[0].Thread)
	}
	if p.GoErr != nil {
		t.paint(remark, "("+strings.TrimPrefix(p.GoErr.Error(), "unwind: ")+")")
		t.WriteString("\n")
	}
}

// title names the goroutines: "3 goroutines 7-9".
func (g gathering) title() string {
	ids := make([]int, len(g))
	for i, one := range g {
		ids[i] = int(one.ID)
	}
	if len(g) > 1 {
		return count(len(g), "goroutine") + " " + ranges(ids)
	}
	return "Goroutine " + ranges(ids)
}

// doing says what the goroutines do and where they are from, as Go's own dumps do, so far as
// that is the same for all of them.
func (g gathering) doing() string {
	words := []string{g[0].state()}
	for _, of := range []func(*Goroutine) string{(*Goroutine).waiting, (*Goroutine).locked, (*Goroutine).thread} {
		if word, _ := common(g, of); word != "" {
			words = append(words, word)
		}
	}
	if g[0].Created != nil {
		parent, _ := common(g, (*Goroutine).parent)
		words = append(words, "created by "+g[0].createdIn()+parent+g[0].createdAt())
	}
	return strings.Join(words, ", ")
}

// state is what the goroutine does: what it waits for, if that is known.
func (g *Goroutine) state() string {
	if g.Reason != "" {
		return g.Reason
	}
	return g.Status
}

// waiting says for how long the goroutine has waited. What is not a minute nobody knows.
func (g *Goroutine) waiting() string {
	if minutes := int(g.Waits / time.Minute); minutes > 0 {
		return count(minutes, "minute")
	}
	return ""
}

func (g *Goroutine) locked() string {
	if g.Locked {
		return "locked to thread"
	}
	return ""
}

func (g *Goroutine) thread() string {
	if g.TID != 0 {
		return fmt.Sprintf("thread %d", g.TID)
	}
	return ""
}

func (g *Goroutine) parent() string {
	if g.Parent != 0 {
		return fmt.Sprintf(" in goroutine %d", g.Parent)
	}
	return ""
}

// createdIn is the function that created the goroutine.
func (g *Goroutine) createdIn() string {
	if g.Created == nil {
		return ""
	}
	return functionName(&g.Created.calls()[0])
}

// createdAt says where in it.
func (g *Goroutine) createdAt() string {
	if p := &g.Created.calls()[0]; p.File != "" {
		return fmt.Sprintf(" at %s:%d", p.File, p.Line)
	}
	return ""
}
