// Package filter chooses calls: by strace's sets of system calls, signals, descriptors and
// words, and by expressions on what a call is about.
//
// Sets share one grammar: values joined by commas, "!" in front for everything but those,
// and "all" and "none". What a set holds is worked out once, when it is read; asking it is
// a bit test.
//
// An expression (docs/EXPRESSIONS.md) is read by a Parser, which also reads the words of
// rules around it, and checked against the calls it is for; it becomes an Expr. A Scene is
// a call that expressions look at: its values are found by name and read as they are
// needed. Nothing is allocated for that once the scene has seen a few calls.
package filter

import (
	"fmt"
	"strings"

	"github.com/trapline/trapline/internal/alike"
)

// An UnknownError says that a set names something that does not exist.
type UnknownError struct {
	Kind string   // what it should have been: "system call"
	Name string   // as it was written
	Near []string // the names most like it
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("invalid %s '%s'%s", e.Kind, e.Name, alike.Hint(e.Near))
}

// negation takes the exclamation marks off the front of a set; each turns its
// meaning round.
func negation(expr string) (body string, not bool) {
	for body = expr; strings.HasPrefix(body, "!"); body = body[1:] {
		not = !not
	}
	return body, not
}

// collect hands the values of a set to add, one by one. A set without values is an
// unknown value itself.
func collect(kind, expr string, add func(value string) error) (not bool, err error) {
	body, not := negation(expr)
	if body == "none" {
		return not, nil
	}
	empty := true
	for value := range strings.SplitSeq(body, ",") {
		if value == "" {
			continue
		}
		empty = false
		if err := add(value); err != nil {
			return not, err
		}
	}
	if empty {
		return not, &UnknownError{Kind: kind, Name: expr}
	}
	return not, nil
}
