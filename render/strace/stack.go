package strace

import (
	"unicode"
	"unicode/utf8"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/value"
)

// StackTrace says what is shown of call stacks.
type StackTrace uint8

// What is shown of call stacks.
const (
	NoStacks StackTrace = iota
	Symbols             // -k: functions
	Sources             // -kk: lines and inlined calls too
)

// catch takes the call stack of a call before it ends: that of execve is gone then.
func (o *Observer) catch(s *trace.Stop, l *line) {
	l.caught = o.o.Stack != nil && o.o.Stack(s, &l.stack)
}

// catchLast takes the call stack of a task that ends within a call, which follows its end.
func (o *Observer) catchLast(s *trace.Stop, l *line) {
	if l.open && !l.caught && !l.waiting && (o.o.Status == 0 || o.o.Status&Unfinished != 0) {
		o.catch(s, l)
	}
}

// stack shows the call stack behind a line: the one caught before, or that of now.
func (o *Observer) stack(s *trace.Stop, l *line) {
	if o.o.Stack != nil && (l.caught || o.o.Stack(s, &l.stack)) {
		o.printer.stack(l, &l.stack)
	}
	l.caught = false
}

// stack writes a call stack.
func (p *Printer) stack(l *line, s *value.Stack) {
	if p.frames(l, s.Frames) || s.End == value.TooMany {
		l.text = append(append(l.text, " > "...), value.TooMany...)
		p.newline(l)
	}
	p.flush(l)
}

// frames writes as many frames as are to be shown and reports whether there are more.
// Inlined calls do not count.
func (p *Printer) frames(l *line, frames []value.Frame) (more bool) {
	calls := 0
	for i := range frames {
		f := &frames[i]
		if f.Inlined && p.o.Stacks != Sources {
			continue
		}
		if p.o.Frames > 0 && calls == p.o.Frames {
			return true
		}
		if !f.Inlined {
			calls++
		}
		p.frame(l, f)
		if f.File == "" {
			break
		}
	}
	return false
}

// leftOver writes the stack of a call that did not come back, if it was caught.
func (p *Printer) leftOver(l *line) {
	if l.caught {
		p.stack(l, &l.stack)
	}
	l.caught = false
}

// frame writes one call of a stack.
func (p *Printer) frame(l *line, f *value.Frame) {
	l.text = append(l.text, " > "...)
	if f.File == "" {
		l.text = appendBracketed(append(l.text, "unexpected_backtracing_error"...), f.PC)
		p.newline(l)
		return
	}
	l.text = append(appendPlain(l.text, f.File), '(')
	if f.Symbol != "" {
		l.text = append(appendPlain(l.text, f.Symbol), "+0x"...)
		l.text = appendPadded(l.text, f.Offset, 16, 1)
	}
	l.text = appendBracketed(append(l.text, ')'), abi.Addr(f.At))
	if f.Source != "" && p.o.Stacks == Sources {
		l.text = append(appendPlain(append(l.text, ' '), f.Source), ':')
		l.text = appendDecimal(l.text, uint64(f.Line))
	}
	p.newline(l)
}

func appendBracketed(dst []byte, a abi.Addr) []byte {
	dst = appendPadded(append(dst, " [0x"...), uint64(a), 16, 1)
	return append(dst, ']')
}

// appendPlain appends text of a file, which cannot do more than stand in a line.
func appendPlain(dst []byte, text string) []byte {
	for len(text) > 0 {
		n := 0
		for n < len(text) && text[n] >= ' ' && text[n] < 0x7f {
			n++
		}
		dst = append(dst, text[:n]...)
		if text = text[n:]; text != "" {
			r, n := utf8.DecodeRuneInString(text)
			dst = appendRune(dst, r, text[:n])
			text = text[n:]
		}
	}
	return dst
}

// appendRune appends a character beyond ASCII, or its bytes in octal where it shows nothing.
func appendRune(dst []byte, r rune, bytes string) []byte {
	if r != utf8.RuneError && unicode.IsPrint(r) {
		return append(dst, bytes...)
	}
	for i := range len(bytes) {
		c := bytes[i]
		dst = append(dst, '\\', '0'+c>>6, '0'+c>>3&7, '0'+c&7)
	}
	return dst
}
