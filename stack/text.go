package stack

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/unwind"
)

// Text says how stacks are written as text.
type Text struct {
	Each  bool // threads with the same stack are not merged
	Color bool
}

// Write writes the stacks of a process as gdb's bt does.
func (o Text) Write(w io.Writer, p *Process) error {
	t := text{Writer: bufio.NewWriter(w), color: o.Color}
	t.headline(p)
	if p.Goroutines != nil {
		t.goroutines(p, o.Each)
		return t.Flush()
	}
	all := groups(p.Threads)
	if o.Each {
		all = single(p.Threads)
	}
	for _, g := range all {
		t.WriteString("\n")
		t.group(g)
	}
	return t.Flush()
}

// A text is what has been written. Its first error stays until Flush.
type text struct {
	*bufio.Writer
	color bool
}

// A paint is a color of the terminal: those that gdb has.
type paint string

const (
	heading  paint = "1"
	address  paint = "34"
	function paint = "33"
	file     paint = "32"
	remark   paint = "2"
)

// paint writes a name, in color if there is any.
func (t *text) paint(p paint, s string) {
	if s = printable(s); t.color {
		s = "\x1b[" + string(p) + "m" + s + "\x1b[0m"
	}
	t.WriteString(s)
}

// headline says which process it is and how long it was held.
func (t *text) headline(p *Process) {
	t.paint(heading, p.title())
	goroutines := ""
	if p.Goroutines != nil {
		goroutines = ", " + count(len(p.Goroutines), "goroutine")
	}
	fmt.Fprintf(t, " (%s%s%s)\n", p.held(), count(len(p.Threads), "thread"), goroutines)
}

// title names the process.
func (p *Process) title() string {
	switch {
	case p.Core != "" && p.Program != "":
		return fmt.Sprintf("Core %s of process %d: %s", p.Core, p.PID, p.Program)
	case p.Core != "":
		return fmt.Sprintf("Core %s of process %d", p.Core, p.PID)
	}
	return fmt.Sprintf("Process %d: %s", p.PID, p.Program)
}

// held says how long the process was held, or by what it became a core.
func (p *Process) held() string {
	switch {
	case p.Signal != nil && p.Signal.Killed:
		return "killed by " + p.Signal.Name + ", "
	case p.Signal != nil:
		return "stopped by " + p.Signal.Name + ", "
	case p.Core != "":
		return ""
	}
	return "frozen for " + millis(p.Frozen) + ", "
}

func millis(d time.Duration) string {
	return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', 2, 64) + " ms"
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

// group writes the stack of threads.
func (t *text) group(g group) {
	t.paint(heading, g.title())
	t.WriteString(g.doing() + "\n")
	t.stack(g[0])
}

// title names the threads: `Thread 12 "name"`, `3 threads 12-14 "name"`.
func (g group) title() string {
	title := "Thread " + g.ids()
	if len(g) > 1 {
		title = count(len(g), "thread") + " " + g.ids()
	}
	name, same := common(g, func(t *Thread) string { return t.Name })
	if same && name != "" {
		title += " " + strconv.Quote(name)
	}
	return title
}

// doing says what all of the threads do: " (sleeping, in read(0, ...))".
func (g group) doing() string {
	var words []string
	for _, of := range []func(group) string{group.got, group.state, group.where} {
		if word := of(g); word != "" {
			words = append(words, word)
		}
	}
	if words == nil {
		return ""
	}
	return " (" + strings.Join(words, ", ") + ")"
}

var states = map[byte]string{
	'R': "running",
	'S': "sleeping",
	'D': "in uninterruptible sleep",
	'T': "stopped",
	't': "stopped by a tracer",
	'Z': "zombie",
	'X': "dead",
	'I': "idle",
}

// got says which signal the thread got, which is the only one in its group then.
func (g group) got() string {
	if g[0].Signal == nil {
		return ""
	}
	return strings.TrimSpace(g[0].Signal.Name + " " + g[0].Signal.Info)
}

func (g group) state() string {
	state, _ := common(g, func(t *Thread) string { return states[t.State] })
	return state
}

// where says what the threads are in, in the kernel; the name of a call where only that
// is the same.
func (g group) where() string {
	where, same := common(g, (*Thread).where)
	if same {
		return where
	}
	if name, _ := common(g, (*Thread).callName); name != "" {
		return "in " + name
	}
	return ""
}

// where says what the thread is in, in the kernel.
func (t *Thread) where() string {
	switch {
	case t.Call != nil:
		return "in " + t.Call.Text
	case t.Wchan != "":
		return "waits in " + t.Wchan
	}
	return ""
}

func (t *Thread) callName() string {
	if t.Call == nil {
		return ""
	}
	return t.Call.Name
}

// stack writes the frames of a thread and how they end.
func (t *text) stack(thread *Thread) {
	digits := 16
	if thread.ABI != nil {
		digits = 2 * thread.ABI.Word
	}
	n := 0
	for i := range thread.Frames {
		n += t.frame(thread, i, n, digits)
	}
	if thread.Ended != "" {
		t.paint(remark, "("+thread.Ended+")")
		t.WriteString("\n")
	}
}

// frame writes the calls of frame i, the first of which has that number, and returns how
// many they are.
func (t *text) frame(thread *Thread, i, number, digits int) int {
	if thread.trampoline(i) {
		fmt.Fprintf(t, "#%-3d%s\n", number, signaled)
		return 1
	}
	f := &thread.Frames[i]
	calls := f.calls()
	for at := range calls {
		fmt.Fprintf(t, "#%-3d", number+at)
		if at == 0 {
			t.paint(address, fmt.Sprintf("0x%0*x", digits, uint64(f.PC)))
			t.WriteString(" in ")
		}
		t.place(f, &calls[at])
	}
	return len(calls)
}

// place writes one call of a frame.
func (t *text) place(f *Frame, p *image.Place) {
	t.paint(function, functionName(p))
	if p.Function != "" && !p.Inlined {
		fmt.Fprintf(t, " (+%#x)", p.Offset)
	}
	switch {
	case p.File != "":
		t.WriteString(" at ")
		t.paint(file, p.File)
		fmt.Fprintf(t, ":%d", p.Line)
	case f.module() != "":
		t.WriteString(" from ")
		t.paint(file, f.module())
	}
	if f.Found == unwind.FramePointer {
		t.paint(remark, " (a guess, by the frame pointer)")
	}
	t.WriteString("\n")
}

// functionName is what a place is called where it must have a name.
func functionName(p *image.Place) string {
	if p.Function == "" {
		return "??"
	}
	return p.Function
}
