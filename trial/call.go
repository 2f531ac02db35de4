package trial

import (
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/trace"
)

// A Call is a system call that the program made, as the kernel saw it, and its result as the
// program saw it.
type Call struct {
	Name     string
	TID, PID int
	// Args are the arguments by their names, in order.
	Args []Arg
	// Ret is the result, -1 for an error; Errno is the error.
	Ret   int64
	Errno syscall.Errno
	// Returned is false for a call that has not come back: exit_group, one that was killed.
	Returned bool
	// Line is the call as strace prints it.
	Line string
	// Tampered says what rules did to the call; nil for nothing.
	Tampered *trace.Tampering
	Elapsed  time.Duration
	// Startup says that the dynamic loader made the call before the program began, or that
	// it is the execve that began the program.
	Startup bool
	// Raw are the words that the kernel got.
	Raw abi.Call

	begun time.Time
	met   []bool // by condition of Options.Watch
}

// An Arg is a named argument. Its value is an int64 for numbers, flags, descriptors and
// addresses, a string, a map[string]any for structures, an []any for arrays, nil for memory
// that could not be read or is not known.
type Arg struct {
	Name  string
	Value any
}

// Failed reports whether the call failed.
func (c *Call) Failed() bool { return c.Errno != 0 }

// Meets reports whether the call meets condition i of Options.Watch.
func (c *Call) Meets(i int) bool { return i < len(c.met) && c.met[i] }

// Arg is the argument of that name, or a part of one: "addr.port", "msg.iov[0]". As in
// expressions a field may be written without what all fields of its structure begin with. It
// is nil when there is none.
func (c *Call) Arg(name string) any {
	steps := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune(".[]", r) })
	if len(steps) == 0 {
		return nil
	}
	for _, a := range c.Args {
		if a.Name == steps[0] {
			return part(a.Value, steps[1:])
		}
	}
	return nil
}

// part follows steps into a value.
func part(v any, steps []string) any {
	for _, step := range steps {
		switch whole := v.(type) {
		case map[string]any:
			v = field(whole, step)
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(whole) {
				return nil
			}
			v = whole[i]
		default:
			return nil
		}
	}
	return v
}

func field(fields map[string]any, name string) any {
	if v, ok := fields[name]; ok {
		return v
	}
	for full, v := range fields {
		if _, short, ok := strings.Cut(full, "_"); ok && short == name {
			return v
		}
	}
	return nil
}

// Int is a number among the arguments, zero when there is none of that name.
func (c *Call) Int(name string) int64 {
	n, _ := c.Arg(name).(int64)
	return n
}

// Text is a string among the arguments, empty when there is none of that name.
func (c *Call) Text(name string) string {
	s, _ := c.Arg(name).(string)
	return s
}

// String is the call's line.
func (c *Call) String() string { return c.Line }
