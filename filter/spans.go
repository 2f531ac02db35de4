package filter

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/seccomp"
)

// Spans are the numbers of an ABI's calls in the set, as seccomp's rules have them.
func (c *Calls) Spans(a *abi.ABI) []seccomp.Span {
	bit := uint32(a.NRBit)
	var spans []seccomp.Span
	open := false
	for nr := range uint32(maxNR) {
		switch has := c.Has(a, uint64(nr|bit)); {
		case has && open:
			spans[len(spans)-1].Last++
		case has:
			spans = append(spans, seccomp.One(nr|bit))
			fallthrough
		default:
			open = has
		}
	}
	if c.Has(a, uint64(maxNR|bit)) {
		spans = append(spans, seccomp.From(maxNR|bit))
	}
	return spans
}
