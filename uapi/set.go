// Package uapi holds the kernel's named constants, in both directions: value to
// names for output, names to value for expressions.
//
// A Set belongs to one parameter or field of the kernel's interface and lists
// its constants in print order. The sets in z*.go are generated; see
// docs/ADDING_A_SYSCALL.md.
package uapi

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trapline/trapline/abi"
)

// A Const is one named value, spelled as the kernel spells it.
type Const struct {
	Name  string
	Value uint64
}

// A Set is the constants one kernel parameter takes.
type Set struct {
	// Name says what the set is, in lower case: "open flags".
	Name string
	// Unknown is what stands in the comment behind a value outside the set, as
	// strace writes it: "O_???". Empty: such a value has no comment.
	Unknown string
	// Flags is true when constants combine bitwise, false when a value is one of them.
	Flags bool
	// Sorted is true when Consts are in the order of their values.
	Sorted bool
	// Consts are the constants in print order. In a set of flags one of several
	// bits comes before those it contains.
	Consts []Const
	// Others holds the set of each ABI that differs from this one.
	Others []Other
}

// An Other is a set as the ABI of that name defines it.
type Other struct {
	ABI string
	Set *Set
}

// For returns the set as the ABI defines it.
func (s *Set) For(a *abi.ABI) *Set {
	for i := range s.Others {
		if s.Others[i].ABI == a.Name {
			return s.Others[i].Set
		}
	}
	return s
}

// Find returns the name of exactly v; of several names, the first.
func (s *Set) Find(v uint64) (name string, ok bool) {
	i := s.first(v)
	if i < len(s.Consts) && s.Consts[i].Value == v {
		return s.Consts[i].Name, true
	}
	return "", false
}

// first returns the index of the first constant with the value v, or of one with
// another value when there is none.
func (s *Set) first(v uint64) int {
	if s.Sorted {
		i, _ := slices.BinarySearchFunc(s.Consts, v, func(c Const, v uint64) int {
			return cmp.Compare(c.Value, v)
		})
		return i
	}
	for i := range s.Consts {
		if s.Consts[i].Value == v {
			return i
		}
	}
	return len(s.Consts)
}

// All calls yield with every name of exactly v.
func (s *Set) All(v uint64, yield func(name string)) {
	for i := s.first(v); i < len(s.Consts); i++ {
		if s.Consts[i].Value == v {
			yield(s.Consts[i].Name)
		} else if s.Sorted {
			return
		}
	}
}

// Names calls yield with each name that v is made of and returns the bits none
// of them covers. Zero has a name only if the set has a constant for it. For a set
// that is no set of flags there is at most one name. It allocates nothing.
func (s *Set) Names(v uint64, yield func(name string)) (rest uint64) {
	if !s.Flags || v == 0 {
		if name, ok := s.Find(v); ok {
			yield(name)
			return 0
		}
		return v
	}
	for i := range s.Consts {
		c := &s.Consts[i]
		if c.Value != 0 && v&c.Value == c.Value {
			yield(c.Name)
			v &^= c.Value
		}
	}
	return v
}

// AppendNames appends the names that v is made of, joined by "|", and returns
// the bits none of them covers.
func (s *Set) AppendNames(dst []byte, v uint64) (out []byte, rest uint64) {
	start := len(dst)
	rest = s.Names(v, func(name string) {
		if len(dst) > start {
			dst = append(dst, '|')
		}
		dst = append(dst, name...)
	})
	return dst, rest
}

// Format splits v into the names it is made of and the bits none of them covers.
func (s *Set) Format(v uint64) (names []string, rest uint64) {
	rest = s.Names(v, func(name string) { names = append(names, name) })
	return names, rest
}

// Value returns the value of a name of this set.
func (s *Set) Value(name string) (uint64, bool) {
	for i := range s.Consts {
		if s.Consts[i].Name == name {
			return s.Consts[i].Value, true
		}
	}
	return 0, false
}

// Parse reads names and numbers joined by "|": "O_RDONLY|O_CLOEXEC".
func (s *Set) Parse(expr string) (uint64, error) {
	var v uint64
	for part := range strings.SplitSeq(expr, "|") {
		part = strings.TrimSpace(part)
		if c, ok := s.Value(part); ok {
			v |= c
			continue
		}
		n, err := strconv.ParseUint(part, 0, 64)
		if err != nil {
			return 0, fmt.Errorf("%q is not one of the %s", part, s.Name)
		}
		v |= n
	}
	return v, nil
}
