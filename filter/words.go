package filter

import (
	"math/bits"
	"strings"

	"github.com/trapline/trapline/internal/alike"
)

// A Word is one value of a small fixed set and the bits it stands for. Several
// words may stand for the same bit.
type Word struct {
	Name string
	Bits uint8
}

// ParseWords reads a set of words. Case does not matter.
func ParseWords(kind, expr string, words []Word) (uint8, error) {
	var set, every uint8
	for _, w := range words {
		every |= w.Bits
	}
	not, err := collect(kind, expr, func(value string) error {
		b, err := wordBits(kind, value, words, every)
		set |= b
		return err
	})
	if not {
		set = every &^ set
	}
	return set, err
}

func wordBits(kind, value string, words []Word, every uint8) (uint8, error) {
	if value == "all" {
		return every, nil
	}
	for _, w := range words {
		if strings.EqualFold(w.Name, value) {
			return w.Bits, nil
		}
	}
	return 0, &UnknownError{kind, value, alike.To(value, canonical(words))}
}

// canonical lists the first word of each bit.
func canonical(words []Word) []string {
	var names []string
	var seen uint8
	for _, w := range words {
		if bits.OnesCount8(w.Bits) == 1 && seen&w.Bits == 0 {
			names = append(names, w.Name)
		}
		seen |= w.Bits
	}
	return names
}
