package strace

import (
	"strconv"
	"syscall"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// signal writes that a signal is delivered.
func (p *Printer) signal(l *line, sig syscall.Signal, info value.Value, when time.Time) {
	p.aside(l, when, func() {
		l.text = append(l.text, "--- "...)
		l.text = appendSignal(l.text, sig)
		if info != nil {
			l.text = append(l.text, ' ')
			l.text = p.o.Style.AppendValue(l.text, info)
		}
		l.text = append(l.text, " ---"...)
	})
}

// stopped writes that a task has stopped for job control.
func (p *Printer) stopped(l *line, sig syscall.Signal, when time.Time) {
	p.aside(l, when, func() {
		l.text = append(l.text, "--- stopped by "...)
		l.text = append(appendSignal(l.text, sig), " ---"...)
	})
}

// exited writes how a task ended.
func (p *Printer) exited(l *line, e *trace.Exited, when time.Time) {
	l.pc, l.nameless = 0, true
	p.aside(l, when, func() {
		l.text = append(l.text, "+++ "...)
		switch {
		case e.Superseded:
			l.text = append(l.text, "superseded by execve in pid "...)
			l.text = appendDecimal(l.text, uint64(e.By))
		case e.Signal != 0:
			l.text = appendSignal(append(l.text, "killed by "...), e.Signal)
		default:
			l.text = append(l.text, "exited with "...)
			l.text = appendDecimal(l.text, uint64(e.Code))
		}
		if e.CoreDumped {
			l.text = append(l.text, " (core dumped)"...)
		}
		l.text = append(l.text, " +++"...)
	})
}

// personality writes that a task has changed to another ABI.
func (p *Printer) personality(l *line, a *abi.ABI, when time.Time) {
	p.aside(l, when, func() {
		l.text = append(l.text, "[ Process PID="...)
		l.text = appendDecimal(l.text, uint64(l.tid))
		l.text = append(l.text, " runs in "...)
		l.text = append(append(l.text, modeName(a)...), " mode. ]"...)
	})
}

// aside writes a line that is no call. A held call stays held.
func (p *Printer) aside(l *line, when time.Time, write func()) {
	call, mark := l.text, l.mark
	if l.held {
		l.text = nil
		p.breakOff(l)
	}
	p.begin(l, when)
	write()
	p.newline(l)
	p.flush(l)
	if l.held {
		l.text, l.mark = call, mark
	}
}

func appendSignal(dst []byte, sig syscall.Signal) []byte {
	if name, ok := uapi.Signals.Find(uint64(sig)); ok {
		return append(dst, name...)
	}
	return appendNumber(dst, uint64(sig), 4, value.Signed)
}

func modeName(a *abi.ABI) string {
	switch {
	case a.NRBit != 0:
		return a.Name
	case a.Word == 4:
		return "32 bit"
	}
	return "64 bit"
}

// Message writes a line about tracing, "strace: text", wherever the output stands.
func (p *Printer) Message(text string) {
	if p.o.Messages == nil {
		return
	}
	m := append([]byte(p.o.Name), ": "...)
	m = append(append(m, text...), '\n')
	p.o.Messages.Write(m)
}

// Remark writes a line of somebody else's into the trace: about the trace where there is no
// output that all tasks share.
func (p *Printer) Remark(text string) {
	out := p.o.Out
	if out == nil {
		out = p.o.Messages
	}
	if out == nil {
		return
	}
	if !p.separate() {
		p.breakOff(nil)
	}
	out.Write(append([]byte(text), '\n'))
}

// Attached says that a running process is traced from now on, with all its threads
// when there are several.
func (p *Printer) Attached(pid, threads int) {
	if p.o.Quiet&QuietAttach != 0 {
		return
	}
	text := "Process " + strconv.Itoa(pid) + " attached"
	if threads > 1 {
		text += " with " + strconv.Itoa(threads) + " threads"
	}
	p.Message(text)
}

// detached says that a task has been let go, in the middle of its call if need be.
func (p *Printer) detached(l *line) {
	if p.o.Quiet&QuietAttach == 0 {
		p.Message("Process " + strconv.Itoa(l.tid) + " detached")
	}
	if !l.open || l.broken {
		return
	}
	if l.held || p.separate() || p.last == l {
		l.text = append(l.text, " <detached ...>"...)
		p.newline(l)
		p.close(l, Detached)
	}
}

// become makes l, the line of a thread that called execve, the line of its process,
// in place of the leader's.
func (p *Printer) become(l, leader *line) {
	if p.separate() && l.open {
		l.text = append(l.text, " <pid changed to "...)
		l.text = appendDecimal(l.text, uint64(leader.tid))
		l.text = append(l.text, " ...>"...)
		p.newline(l)
		p.flush(l)
		l.broken = true
	}
	if p.separate() {
		p.finish(l)
	}
	l.tid, l.out = leader.tid, leader.out
}
