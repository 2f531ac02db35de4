package filter

import (
	"regexp"
	"time"

	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/uapi"
)

// A node is a part of an expression: *name, *constant, *number, *span, *text, *unary,
// *binary, *function, *slice, or a condition: *compare, *match, *member, *logic, *inversion.
// The set is closed.
type node interface {
	// column is where the part begins in the source, or its sign stands.
	column() int
	// eval works out what the part is worth in a scene. Constants mean what they mean in
	// the domain.
	eval(s *Scene, d domain) Value
}

// A condition is a node that holds or not. Those that are not made of other conditions
// are atoms.
type condition interface {
	node
	// test says whether the condition holds.
	test(s *Scene) truth
}

type pos int

func (p pos) column() int { return int(p) }

// A name is a value of the call, or one that every call has.
type name struct {
	pos
	path    decode.Path
	columns []int    // of the steps of path
	built   *builtin // nil for a parameter
	known   bool     // what follows is set
	address bool     // the pointer itself is meant
	linked  bool     // what the descriptor refers to is meant
	answer  bool     // in some of the calls only the exit tells it
	asked   bool     // in some of the calls the entry tells it
	kinds   Kind
	domains []domain // the sets of constants it has in some of the calls
}

// A domain is the constants that a value may have: bits, or one of several, in set, and in
// the bits that enum says one of another set. Sets are those of one ABI.
type domain struct {
	set  *uapi.Set
	enum *uapi.Set
	mask uint64 // of enum
}

// A constant is one of the kernel's names for a number.
type constant struct {
	pos
	text  string
	forms []form
	// every is the value by ABI, in the order of abi.All, where no domain gives one.
	every  [4]uint64
	exists [4]bool
}

// A form is the value of a constant in one set, and which bits of a word it is about if it
// is one of several values rather than bits.
type form struct {
	set         *uapi.Set
	value, mask uint64
}

type number struct {
	pos
	value uint64
}

// A span is a duration.
type span struct {
	pos
	value time.Duration
}

type text struct {
	pos
	value []byte
}

// unary is -x or ~x.
type unary struct {
	pos
	op byte
	x  node
}

// binary is two numbers with a sign between them, or two strings joined.
type binary struct {
	pos
	op   string
	l, r node
	back bool // r is looked at first: it gives l's constants their meaning
	kind Kind
}

// function is a call of one of the functions.
type function struct {
	pos
	of   *operation
	args []node
}

// slice is a part of a string. A bound that is nil is the end.
type slice struct {
	pos
	x      node
	lo, hi node
}

// compare is two values with an operator between them.
type compare struct {
	pos
	op   string
	l, r node
	back bool
	kind Kind
	atom uint8
}

// match is a string and a pattern.
type match struct {
	pos
	x    node
	re   *regexp.Regexp
	not  bool
	atom uint8
}

// member is a value and those it may be.
type member struct {
	pos
	x    node
	list []node
	not  bool
	kind Kind
	atom uint8
}

// logic is two conditions joined by and or or.
type logic struct {
	pos
	or   bool
	l, r condition
}

type inversion struct {
	pos
	x condition
}
