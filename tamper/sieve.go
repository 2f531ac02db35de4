package tamper

import "github.com/trapline/trapline/filter"

// Choices are the calls that rules are about.
func Choices(rules []*Rule) []filter.Choice {
	choices := make([]filter.Choice, len(rules))
	for i, r := range rules {
		choices[i] = filter.Choice{Calls: []*filter.Calls{r.calls}, Expr: r.where}
	}
	return choices
}
