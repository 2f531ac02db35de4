package filter

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
)

// An item is one value of a set of calls. Exactly one of its conditions is set.
type item struct {
	abis []*abi.ABI // nil for every one

	all     bool
	name    string
	number  uint64
	counted bool // by number
	class   syscalls.Class
	pattern *regexp.Regexp
}

// personality are the ABIs that each designator stands for.
func personality(designator string) []*abi.ABI {
	switch designator {
	case "64":
		return []*abi.ABI{abi.AMD64, abi.ARM64}
	case "32":
		return []*abi.ABI{abi.I386}
	case "x32":
		return []*abi.ABI{abi.X32}
	}
	return nil
}

func parseItem(value string) (item, error) {
	var it item
	name := value
	if i := strings.LastIndexByte(value, '@'); i > 0 {
		name = value[:i]
		it.abis = personality(value[i+1:])
		if it.abis == nil {
			return item{}, &PersonalityError{value[i+1:], value}
		}
	}
	err := it.parse(name)
	return it, err
}

func (it *item) parse(name string) error {
	if pattern, ok := strings.CutPrefix(name, "/"); ok {
		re, err := regexp.CompilePOSIX(pattern)
		if err != nil {
			return fmt.Errorf("invalid regular expression '%s': %s", pattern, cause(err))
		}
		it.pattern = re
		return nil
	}
	if class, ok := classOf(name); ok {
		it.class = class
		return nil
	}
	if nr, err := strconv.ParseUint(name, 10, 32); err == nil {
		it.number, it.counted = nr, true
		return nil
	}
	it.all = name == "all"
	it.name = name
	return nil
}

// cause is what is wrong with a regular expression.
func cause(err error) string {
	var bad *syntax.Error
	if errors.As(err, &bad) {
		return bad.Code.String()
	}
	return err.Error()
}

// holds says whether the item takes in the call; row is nil for an unknown number.
func (it *item) holds(a *abi.ABI, nr uint64, row *syscalls.Syscall) bool {
	switch {
	case it.abis != nil && !slices.Contains(it.abis, a):
		return false
	case it.all:
		return true
	case it.counted:
		return it.number == nr
	case row == nil:
		return false
	case it.pattern != nil:
		return it.pattern.MatchString(row.Name)
	case it.class != 0:
		return it.class&row.Class != 0
	}
	return it.name == row.Name
}

// exists says whether any ABI has a call that the item takes in.
func (it *item) exists() bool {
	if it.all || it.class != 0 {
		return true
	}
	for _, a := range abi.All {
		if it.existsIn(a) {
			return true
		}
	}
	return false
}

func (it *item) existsIn(a *abi.ABI) bool {
	table := syscalls.For(a)
	last := uint64(0)
	for nr := range uint64(maxNR) {
		row := table.Row(nr | a.NRBit)
		if row == nil {
			continue
		}
		last = nr
		if it.holds(a, nr, row) {
			return true
		}
	}
	// A gap between two known numbers may be asked for.
	return it.counted && it.number < last && (it.abis == nil || slices.Contains(it.abis, a))
}
