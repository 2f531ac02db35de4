package strace

import (
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/value"
)

// A line is what one task is saying: the part of a call's line that is out, and
// room for the next.
type line struct {
	tid  int
	out  Sink
	text []byte // not given to out yet
	mark int    // how much of text is counted in column

	column  int  // visible characters since the line began
	open    bool // a call has been written as far as its entry tells
	broken  bool // and another task has spoken since: it needs to be resumed
	held    bool // and it is kept back until its status is known
	waiting bool // and, by the conditions that are asked for, its result
	shown   int  // arguments written
	half    bool // of the last of them only what Change.Before says
	nr      uint64
	pc      abi.Addr
	abi     *abi.ABI
	entered time.Time
	name    []byte // of the call

	comm, fresh []byte // the name of the task, and room to read it again
	nameless    bool   // it can be read no more: the id is nobody's, or another's

	call   decode.Call
	pick   *choice       // what is done with the call
	look   *filter.Look  // what the conditions see of it
	system time.Duration // used before the call

	tampered *trace.Tampering

	stack  value.Stack // room for it, and what was caught
	caught bool        // at the entry of the call
}

// begin starts a line of l. Whatever line stands unfinished before it, of this or
// another task, is broken off.
func (p *Printer) begin(l *line, when time.Time) {
	if !l.held {
		p.breakOff(l)
	}
	l.column, l.mark = 0, len(l.text)
	p.prefix(l)
	p.clock(l, when)
	if p.o.Number {
		p.number(l)
	}
	if p.o.PC {
		p.counter(l)
	}
}

// breakOff ends the line that stands where l is going to write.
func (p *Printer) breakOff(l *line) {
	last := p.last
	if p.separate() {
		last = l
	}
	if last != nil && last.open && !last.broken && !last.held {
		last.text = append(last.text, " <unfinished ...>"...)
		p.newline(last)
		last.broken = true
		p.flush(last)
	}
	p.last = l
}

// separate reports whether each task has an output of its own.
func (p *Printer) separate() bool { return p.o.Open != nil }

func (p *Printer) prefix(l *line) {
	var digits [20]byte
	id := appendDecimal(digits[:0], uint64(l.tid))
	switch {
	case p.o.Prefix == Always:
		l.text = append(l.text, id...)
		if p.o.PIDs&decode.PIDComm == 0 {
			l.text = append(l.text, "     "[min(len(id), 5):]...)
		}
		l.text = append(p.who(l, l.text), ' ')
	case p.o.Prefix == Several && p.tasks > 1:
		l.text = append(p.o.Style.mark(l.text, "["), "pid "...)
		l.text = p.who(l, appendColumn(l.text, id, 5))
		l.text = append(p.o.Style.mark(l.text, "]"), ' ')
	}
}

// who appends the name of the task, if that is shown. That of a task that is gone is the
// last one it had.
func (p *Printer) who(l *line, dst []byte) []byte {
	if p.o.PIDs&decode.PIDComm == 0 {
		return dst
	}
	p.meet(l)
	s := &p.o.Style
	dst = s.appendEscaped(s.mark(dst, "<"), l.comm, "<>")
	return s.mark(dst, ">")
}

// meet reads the name of the task, if it is shown.
func (p *Printer) meet(l *line) {
	if p.o.PIDs&decode.PIDComm == 0 || l.nameless {
		return
	}
	if comm, err := procfs.AppendComm(l.fresh[:0], l.tid); err == nil {
		l.comm, l.fresh = comm, l.comm
	}
}

func (p *Printer) number(l *line) {
	var digits [20]byte
	p.bracket(l, "", appendDecimal(digits[:0], l.nr), 4)
}

func (p *Printer) counter(l *line) {
	digits := 16
	if l.abi != nil {
		digits = 2 * l.abi.Word
	}
	var text [16]byte
	pc := appendPadded(text[:0], uint64(l.pc), 16, digits)
	if l.pc == 0 {
		pc = append(text[:0], "????????????????"[:digits]...)
	}
	p.bracket(l, "", pc, digits)
}

// bracket writes "[what text] ", text right-aligned in width.
func (p *Printer) bracket(l *line, what string, text []byte, width int) {
	l.text = p.o.Style.mark(l.text, "[")
	l.text = append(l.text, what...)
	l.text = appendColumn(l.text, text, width)
	l.text = p.o.Style.mark(l.text, "]")
	l.text = append(l.text, ' ')
}

// columns returns how many visible characters the line has.
func (p *Printer) columns(l *line) int {
	fresh := l.text[l.mark:]
	l.column += len(fresh)
	l.mark = len(l.text)
	if p.o.Style.Color {
		l.column -= escaped(fresh)
	}
	return l.column
}

// escaped counts the characters of escape sequences.
func escaped(text []byte) (n int) {
	inside := false
	for _, c := range text {
		inside = inside || c == 0x1b
		if inside {
			n++
			inside = c != 'm'
		}
	}
	return n
}

// equals writes what stands between a call and its result: spaces up to the column
// for it, at least one, and an equals sign.
func (p *Printer) equals(l *line) {
	l.text = append(l.text, ' ')
	for range p.o.Column - p.columns(l) {
		l.text = append(l.text, ' ')
	}
	s := &p.o.Style
	l.text = append(s.paint(s.ended(l.text, "="), plain), ' ')
}

// newline ends the line.
func (p *Printer) newline(l *line) {
	l.text = append(p.o.Style.paint(l.text, plain), '\n')
}

// flush gives the text of l to its sink.
func (p *Printer) flush(l *line) {
	p.columns(l)
	if l.out != nil && len(l.text) > 0 {
		l.out.Write(l.text)
	}
	l.text, l.mark = l.text[:0], 0
}
