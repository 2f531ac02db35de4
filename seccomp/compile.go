// Package seccomp turns rules about system calls into seccomp filters, so that the
// kernel stops a program only at the calls somebody asked for.
//
//	[]Rule -> Compile -> Program
//
// A filter answers RET_TRACE, with the rule's tag, to what must stop and RET_ALLOW to
// the rest. It looks at numbers in a balanced tree of jumps, and only then at
// arguments; a call that is let through whatever its arguments are is, from Linux
// 5.11 on, not even shown to the filter (seccomp_cache_prepare).
package seccomp

import (
	"encoding/binary"
	"slices"

	"github.com/trapline/trapline/abi"
)

// A Program is a filter in classic BPF.
type Program struct {
	Code []Instruction
	// Exact is false when the rules were too many for the kernel: then the filter
	// stops at more than they choose, and a tag means nothing. Decide tells.
	Exact bool
}

// MaxInstructions is the kernel's BPF_MAXINSNS.
const MaxInstructions = 4096

// Compile makes the filter for rules.
func Compile(rules []Rule) Program {
	code := compile(rules)
	if len(code) <= MaxInstructions {
		return Program{code, true}
	}
	if code = compile(withoutConditions(rules)); len(code) > MaxInstructions {
		code = compile(wholeRanges(rules))
	}
	return Program{code, false}
}

func compile(rules []Rule) []Instruction {
	var b builder
	b.filter(rules)
	slices.Reverse(b.code)
	return b.code
}

// withoutConditions makes rules fit calls with any arguments.
func withoutConditions(rules []Rule) []Rule {
	coarse := slices.Clone(rules)
	for i := range coarse {
		coarse[i].Where = nil
	}
	return coarse
}

// wholeRanges chooses of each ABI all from the first number that rules have to the last.
func wholeRanges(rules []Rule) []Rule {
	var coarse []Rule
	for _, a := range abi.All {
		var spans []Span
		for i := range rules {
			if rules[i].ABI == a {
				spans = append(spans, rules[i].Calls...)
			}
		}
		if len(spans) > 0 {
			coarse = append(coarse, Rule{ABI: a, Calls: []Span{hull(spans)}})
		}
	}
	return coarse
}

func hull(spans []Span) Span {
	h := spans[0]
	for _, s := range spans {
		h.First, h.Last = min(h.First, s.First), max(h.Last, s.Last)
	}
	return h
}

// filter emits the whole program.
func (b *builder) filter(rules []Rule) label {
	next := b.trace(TagUnknown) // of an architecture that we do not know
	for _, audit := range audits {
		numbers := b.numbers(rules, audit)
		next = b.jump(jumpEqual, audit, b.load(offsetNumber, numbers), next)
	}
	return b.load(offsetArch, next)
}

var audits = []uint32{abi.ARM64.Audit, abi.I386.Audit, abi.AMD64.Audit}

// A segment is a range of numbers, up to the next segment's, that the same rules are
// about.
type segment struct {
	first uint32
	rules []int
	code  label
}

// numbers emits what decides about the calls of one architecture; the accumulator has
// the number.
func (b *builder) numbers(rules []Rule, audit uint32) label {
	segments := split(rules, audit)
	known := map[string]label{} // by the rules that are about the numbers
	var key []byte
	for i := range segments {
		s := &segments[i]
		key = key[:0]
		for _, rule := range s.rules {
			key = binary.AppendUvarint(key, uint64(rule))
		}
		code, ok := known[string(key)]
		if !ok {
			code = b.decide(rules, s.rules)
			known[string(key)] = code
		}
		s.code = code
	}
	return b.tree(segments)
}

// split finds the segments of an architecture, in order.
func split(rules []Rule, audit uint32) []segment {
	var segments []segment
	for _, first := range starts(rules, audit) {
		about := about(rules, audit, first)
		if n := len(segments); n == 0 || !slices.Equal(segments[n-1].rules, about) {
			segments = append(segments, segment{first: first, rules: about})
		}
	}
	return segments
}

// starts are the numbers from which on other rules than before may be about a call.
func starts(rules []Rule, audit uint32) []uint32 {
	found := []uint32{0}
	for _, r := range rules {
		if r.ABI.Audit != audit {
			continue
		}
		for _, s := range r.Calls {
			found = append(found, s.First, s.Last+1) // after the last number comes the first
		}
	}
	if bit := uint32(abi.X32.NRBit); audit == abi.X32.Audit {
		found = append(found, bit, 2*bit) // from there on numbers are negative
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// about are the rules that may fit a number, in order, up to the first that fits it
// whatever the arguments are.
func about(rules []Rule, audit, nr uint32) (found []int) {
	a := of(audit, nr)
	for i := range rules {
		if r := &rules[i]; r.ABI == a && r.has(nr) {
			found = append(found, i)
			if r.Where == nil {
				break
			}
		}
	}
	return found
}

// decide emits the decision about numbers that some rules are about.
func (b *builder) decide(rules []Rule, about []int) label {
	next := b.allow()
	for _, i := range slices.Backward(about) {
		r := &rules[i]
		fits := b.trace(r.Tag)
		if r.Where == nil {
			next = fits
		} else {
			next = r.Where.compile(b, r.ABI, fits, next)
		}
	}
	return next
}

// tree emits the search for the segment of the number in the accumulator.
func (b *builder) tree(segments []segment) label {
	if len(segments) == 1 {
		return segments[0].code
	}
	middle := len(segments) / 2
	high := b.tree(segments[middle:])
	low := b.tree(segments[:middle])
	return b.jump(jumpGreaterEqual, segments[middle].first, high, low)
}
