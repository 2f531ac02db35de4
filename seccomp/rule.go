package seccomp

import (
	"math"

	"github.com/trapline/trapline/abi"
)

// A Rule chooses system calls. Of a list of rules the first that fits a call decides
// about it; what none fits runs without a stop.
type Rule struct {
	// ABI is whose calls the rule is about.
	ABI *abi.ABI
	// Calls are their numbers, ABI.NRBit included.
	Calls []Span
	// Where is what the arguments must be like; nil is anything.
	Where Expr
	// Tag is told to the tracer with the stop, as SECCOMP_RET_DATA.
	Tag uint16
}

// A Span is a range of call numbers, both ends included.
type Span struct{ First, Last uint32 }

// One is the span of a single number.
func One(nr uint32) Span { return Span{nr, nr} }

// From is the span of a number and all that follow, negative ones too: the kernel
// takes numbers as signed, a filter does not.
func From(nr uint32) Span { return Span{nr, math.MaxUint32} }

// A Verdict is what is decided about a call.
type Verdict struct {
	Stop bool
	Tag  uint16 // of the rule that fits
}

// TagUnknown is the tag of calls of an architecture that we do not know, which stop.
const TagUnknown = 0x7472

// Decide applies rules to a call without the help of the kernel. audit is its
// AUDIT_ARCH; a call of an unknown architecture stops.
func Decide(rules []Rule, audit uint32, nr uint32, args *[abi.MaxArgs]uint64) Verdict {
	a := of(audit, nr)
	if a == nil {
		return Verdict{true, TagUnknown}
	}
	for i := range rules {
		if r := &rules[i]; r.ABI == a && r.has(nr) && (r.Where == nil || r.Where.holds(a, args)) {
			return Verdict{true, r.Tag}
		}
	}
	return Verdict{}
}

// of is abi.Of for a number as a filter sees it.
func of(audit uint32, nr uint32) *abi.ABI {
	return abi.Of(audit, uint64(int64(int32(nr))))
}

func (r *Rule) has(nr uint32) bool {
	for _, s := range r.Calls {
		if s.First <= nr && nr <= s.Last {
			return true
		}
	}
	return false
}
