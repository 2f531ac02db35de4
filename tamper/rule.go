// Package tamper changes what a program's system calls do: their arguments by name, the
// memory they point to, their result, their time, or whether they happen at all.
//
// Rules are read from strace's -e inject= or from a language of their own, see
// docs/TAMPERING.md. A Handler applies them.
package tamper

import (
	"syscall"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/syscalls"
)

// A Rule says what to do to some calls. The same Rule serves all tasks of one Handler.
type Rule struct {
	// Source is the rule as it was written.
	Source string
	// Matched is how often a call matched the rule, Fired how often the rule was applied.
	Matched, Fired uint64

	calls   *filter.Calls
	where   *filter.Expr // nil: all of them
	when    when
	chance  chance
	per     scope
	actions []action
	strace  bool // calls of each number are counted on their own, per thread
}

// An action is one thing that a rule does: *set, *answer, *run, delay, signal or *poke.
type action interface{ action() }

// set changes a named value.
type set struct {
	name  *filter.Name
	op    string // "=", or what the old value is combined with the new one by
	value *filter.Expr
}

// answer is a result that the program gets. Before the call has been made it is not made.
type answer struct {
	value *filter.Expr // nil: fixed
	fixed abi.Result
	// instead is the name of the call that is made, by strace's syscall=; empty: none.
	instead string
}

// run makes another call in the place of the program's.
type run struct {
	name string
	args []*filter.Expr
}

// delay keeps the task from going on for a while.
type delay struct {
	time time.Duration
	exit bool // after the call, where the rule does not say so itself
}

// signal sends a signal to the task.
type signal struct{ sig syscall.Signal }

// poke overwrites what an argument points to.
type poke struct {
	arg  int // counted from 0
	data []byte
	exit bool
}

func (*set) action()    {}
func (*answer) action() {}
func (*run) action()    {}
func (delay) action()   {}
func (signal) action()  {}
func (*poke) action()   {}

// ending reports whether the rule can be applied at the exit of a call only.
func (r *Rule) ending() bool { return r.where != nil && r.where.AtExit() }

// scope is among which calls a rule counts.
type scope uint8

const (
	perTree scope = iota
	perProcess
	perThread
)

// ofAll reports whether something is true of all the calls of a set, of which there is one.
func ofAll(c *filter.Calls, is func(*syscalls.Syscall) bool) bool {
	some := false
	for _, row := range c.Rows {
		if !is(row) {
			return false
		}
		some = true
	}
	return some
}
