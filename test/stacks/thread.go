package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
)

// A thread is what gdb or Trapline says of one thread's stack.
type thread struct {
	TID    int     `json:"tid"`
	Frames []frame `json:"frames"` // the innermost first
	Ended  string  `json:"ended"`  // why there are no more frames
}

// A frame is one call on a stack, or one that is inlined into the next.
type frame struct {
	PC         address `json:"pc"`
	Function   string  `json:"function"` // empty if unknown
	File       string  `json:"file"`
	Line       int     `json:"line"`
	Inlined    bool    `json:"inlined"`
	Trampoline bool    `json:"trampoline"` // a signal handler returns there
	Tail       bool    `json:"tail"`       // it is gone: gdb deduced that it has jumped to the next inner one
	From       string  `json:"from"`       // what named it, of ours
	Found      string  `json:"found"`      // what found it, of ours
	Offset     uint64  `json:"offset"`     // in its function, of ours

	Interrupted bool   // by a signal, whose trampoline was the frame before
	plain       string // the function's name as it is compared
}

// An address is written as text, in hexadecimal digits.
type address uint64

func (a *address) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 0, 64)
	*a = address(n)
	return err
}

// section is what Go's linker calls code of C which has no other name that it knows.
var section = regexp.MustCompile(`^runtime/cgo\(\.text`)

// parse reads what gdb.py or trapline stack says of a process. The trampoline that a signal
// handler returns to is no call that anybody made, and is left out.
func parse(text []byte) ([]thread, error) {
	var process struct {
		Threads []thread `json:"threads"`
		Error   string   `json:"error"`
	}
	if err := json.Unmarshal(text, &process); err != nil {
		return nil, err
	}
	if process.Error != "" {
		return nil, errors.New(process.Error)
	}
	for i := range process.Threads {
		t := &process.Threads[i]
		calls := t.Frames[:0]
		interrupted := false
		for _, f := range t.Frames {
			if section.MatchString(f.Function) {
				f.Function = ""
			}
			if !f.Trampoline {
				f.plain, f.Interrupted = plain(f.Function), interrupted
				calls = append(calls, f)
			}
			interrupted = f.Trampoline
		}
		t.Frames = calls
	}
	return process.Threads, nil
}

func (f frame) String() string {
	function, mark := f.Function, ""
	if function == "" {
		function = "??"
	}
	if f.Inlined {
		mark += " inlined"
	}
	if f.Line > 0 {
		mark += fmt.Sprintf(" at %s:%d", f.File, f.Line)
	}
	if f.From+f.Found != "" {
		mark += fmt.Sprintf(" (%s, %s)", f.Found, f.From)
	}
	return fmt.Sprintf("%#x %s%s", uint64(f.PC), function, mark)
}
