package strace

import (
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/value"
)

// A Printer keeps the lines of all tasks. A call is written as far as its entry
// tells at once, so that a call that blocks can be seen; when another task speaks
// before it ends its line is broken off and taken up again later.
//
// Methods are called in the order things happened, all from one goroutine.
type Printer struct {
	o        Options
	tasks    int       // how many there are
	last     *line     // who wrote last, where all share an output
	previous time.Time // when the line before began
}

// NewPrinter makes a Printer.
func NewPrinter(o Options) *Printer { return &Printer{o: o} }

// add makes the line of a new task.
func (p *Printer) add(tid int) *line {
	p.tasks++
	l := &line{tid: tid, out: p.o.Out}
	p.meet(l)
	if p.o.Open == nil {
		return l
	}
	out, err := p.o.Open(tid)
	if err != nil {
		p.Message(err.Error())
		return l
	}
	l.out = out
	return l
}

// forget drops a task that is gone.
func (p *Printer) forget(l *line) {
	p.tasks--
	if p.last == l {
		p.last = nil
	}
	p.finish(l)
}

// finish ends the output of a task that has one of its own.
func (p *Printer) finish(l *line) {
	if f, ok := l.out.(Finisher); ok && p.separate() {
		f.Finish()
	}
	l.out = nil
}

// silent reports whether nothing is printed at all.
func (p *Printer) silent() bool { return p.o.Out == nil && p.o.Open == nil }

// enter writes a call as far as its entry tells.
func (p *Printer) enter(l *line, e *trace.SyscallEnter, when time.Time) {
	if l.held {
		l.text, l.mark = l.text[:0], 0 // of a call whose end nobody saw
	}
	l.held = l.waiting || p.o.Status != 0 && p.o.Status&AnyStatus != AnyStatus
	p.begin(l, when)
	l.open, l.broken, l.shown, l.half = true, false, 0, false
	l.entered = when
	l.name = appendCallName(l.name[:0], &l.call)
	s := &p.o.Style
	l.text = append(s.paint(l.text, inCall), l.name...)
	l.text = s.mark(l.text, "(")
	if e.Resumed {
		p.resuming(l, e)
	} else {
		p.args(l)
	}
	l.text = s.paint(l.text, plain)
	if !l.held {
		p.flush(l)
	}
}

// resuming writes which call restart_syscall goes on with.
func (p *Printer) resuming(l *line, e *trace.SyscallEnter) {
	l.text = append(l.text, "<... resuming interrupted "...)
	if e.Interrupted.ABI == nil {
		l.text = append(l.text, "system call"...)
	} else {
		l.text = appendName(l.text, e.Interrupted)
	}
	l.text = append(l.text, " ...>"...)
	l.shown = len(l.call.Args)
}

// args writes the arguments that are known and not written yet.
func (p *Printer) args(l *line) {
	s := &p.o.Style
	if l.half {
		p.finishHalf(l)
	}
	for ; l.shown < len(l.call.Args); l.shown++ {
		a := &l.call.Args[l.shown]
		if l.shown > 0 {
			l.text = s.mark(l.text, ", ")
		}
		if (p.o.ArgNames || alwaysNamed(l)) && a.Name != "" {
			l.text = s.appendFieldName(l.text, a.Name)
		}
		l.text = s.AppendValue(l.text, a.Value)
		change, ok := a.Value.(*value.Change)
		l.half = ok && change.Apart && change.After == nil
	}
}

// finishHalf writes what the kernel made of the last argument of the entry.
func (p *Printer) finishHalf(l *line) {
	l.half = false
	if l.shown == 0 || l.shown > len(l.call.Args) {
		return
	}
	change, ok := l.call.Args[l.shown-1].Value.(*value.Change)
	if ok && change.After != nil {
		s := &p.o.Style
		l.text = s.AppendValue(s.mark(l.text, " => "), change.After)
	}
}

// resume takes a broken line up again.
func (p *Printer) resume(l *line, when time.Time) {
	if !l.broken {
		return
	}
	p.begin(l, when)
	l.text = append(l.text, "<... "...)
	l.text = append(l.text, l.name...)
	l.text = append(l.text, " resumed>"...)
	l.broken = false
}

// exit completes the line of a call and reports whether it is shown.
func (p *Printer) exit(l *line, when time.Time) bool {
	p.resume(l, when)
	p.args(l)
	s := &p.o.Style
	l.text = s.ended(l.text, ")")
	p.equals(l)
	l.text = s.appendResult(l.text, &l.call)
	l.text = appendTampering(l.text, l.tampered)
	p.spent(l, when)
	p.newline(l)
	p.entries(l)
	p.vcpu(l)
	return p.close(l, statusOf(l.call.Result))
}

// entries writes what the call had an io_uring take, a line for each entry.
func (p *Printer) entries(l *line) {
	if !p.o.Entries || l.call.Submitted == nil {
		return
	}
	for i, entry := range l.call.Submitted.Elems {
		l.text = appendDecimal(append(l.text, " + entry "...), uint64(i))
		l.text = p.o.Style.AppendValue(append(l.text, ": "...), entry)
		p.newline(l)
	}
	if l.call.Submitted.More {
		l.text = append(l.text, " + ...\n"...)
	}
}

// vcpu writes what a virtual processor shares with its program, before and after the call.
func (p *Printer) vcpu(l *line) {
	p.runState(l, "< ", l.call.VCPU.Before)
	p.runState(l, "> ", l.call.VCPU.After)
}

func (p *Printer) runState(l *line, sign string, state value.Value) {
	if state == nil {
		return
	}
	l.text = appendDecimal(append(l.text, " VCPU:"...), uint64(l.call.VCPU.Num))
	l.text = p.o.Style.AppendValue(append(l.text, sign...), state)
	p.newline(l)
}

func statusOf(r abi.Result) Status {
	if r.Failed {
		return Failed
	}
	return Successful
}

// gone completes the line of a call that will never return.
func (p *Printer) gone(l *line, result string, status Status, when time.Time) {
	if !l.open {
		return
	}
	p.resume(l, when)
	if !l.call.Complete() {
		l.text = append(l.text, " <unfinished ...>"...)
	}
	s := &p.o.Style
	l.text = s.ended(l.text, ")")
	p.equals(l)
	l.text = append(s.paint(l.text, inResult), result...)
	l.text = s.paint(l.text, plain)
	p.newline(l)
	p.entries(l)
	p.close(l, status)
}

// close ends the call's line, which is dropped when its status is not asked for or it still
// waits for a condition to hold, and reports whether it was shown.
func (p *Printer) close(l *line, status Status) bool {
	shown := !l.waiting && (!l.held || p.o.Status == 0 || p.o.Status&status != 0)
	if !shown {
		l.text, l.mark, l.caught = l.text[:0], 0, false
	} else if l.held {
		p.breakOff(l)
	}
	l.open, l.broken, l.held, l.waiting = false, false, false, false
	p.flush(l)
	return shown
}

// appendCallName appends the name of a call, or its number where it has none.
func appendCallName(dst []byte, c *decode.Call) []byte {
	if c.Row != nil {
		return append(dst, c.Row.Name...)
	}
	return appendHex(append(dst, "syscall_"...), c.NR)
}

// alwaysNamed reports whether the arguments have their names in any style:
// clone's, which come in another order on each machine.
func alwaysNamed(l *line) bool {
	return l.call.Row != nil && l.call.Row.Named && (l.pick == nil || !l.pick.Raw)
}
