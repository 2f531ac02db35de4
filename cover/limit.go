package cover

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// A Limit is how much has to have run.
type Limit struct {
	Measure Measure
	percent *big.Rat
	text    string // the percents as they were given
}

// ParseLimit reads percents of lines, "80" or "79.5", or MEASURE=PERCENT.
func ParseLimit(text string) (Limit, error) {
	l := Limit{Measure: Lines, text: text}
	if name, rest, ok := strings.Cut(text, "="); ok {
		l.Measure, l.text = Measure(name), rest
	}
	switch l.Measure {
	case Lines, Functions, Blocks:
	default:
		return l, fmt.Errorf("there are lines, functions and blocks, no %s", l.Measure)
	}
	l.text = strings.TrimSuffix(l.text, "%")
	if strings.Trim(l.text, "0123456789.") == "" {
		l.percent, _ = new(big.Rat).SetString(l.text)
	}
	if l.percent == nil || l.percent.Cmp(big.NewRat(100, 1)) > 0 {
		return l, errors.New("it must be a number from 0 to 100")
	}
	return l, nil
}

// A Shortfall is a limit that was not reached.
type Shortfall struct {
	Limit Limit
	Ratio Ratio
}

func (s *Shortfall) Error() string {
	return fmt.Sprintf("%s %% of the %s ran, %s; --fail-under asks for %s %%", s.Ratio, s.Limit.Measure, countsOf(s.Ratio), s.Limit.text)
}

// errNothing keeps a mistake in a selection from being taken for full coverage.
var errNothing = errors.New("no file of the report has code, so that --fail-under cannot be judged")

// Check returns a Shortfall if less ran than the limit asks for.
func (l Limit) Check(r *Report) error {
	ratio := r.Totals.Of(l.Measure)
	switch {
	case r.Totals.Lines.All == 0:
		return errNothing
	case ratio.All > 0 && big.NewRat(int64(ratio.Ran)*100, int64(ratio.All)).Cmp(l.percent) < 0:
		return &Shortfall{l, ratio}
	}
	return nil
}
