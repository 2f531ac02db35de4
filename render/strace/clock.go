package strace

import (
	"strconv"
	"time"
)

// clock writes the times that begin a line.
func (p *Printer) clock(l *line, when time.Time) {
	absolute := p.o.Absolute.Precision
	if absolute != Off {
		l.text = p.appendTime(l.text, when)
		l.text = append(l.text, ' ')
	}
	if p.o.Relative == Off {
		return
	}
	var since time.Duration
	if !p.previous.IsZero() {
		since = when.Sub(p.previous)
	}
	p.previous = when
	var text [32]byte
	elapsed := appendElapsed(text[:0], since, p.o.Relative)
	width := 6 + len(elapsed) - wholeSeconds(elapsed)
	if absolute != Off {
		l.text = append(l.text, "(+"...)
		l.text = appendColumn(l.text, elapsed, width)
		l.text = append(l.text, ") "...)
		return
	}
	l.text = append(appendColumn(l.text, elapsed, width), ' ')
}

// wholeSeconds is the length of what stands before the decimal point.
func wholeSeconds(elapsed []byte) int {
	for i, c := range elapsed {
		if c == '.' {
			return i
		}
	}
	return len(elapsed)
}

func (p *Printer) appendTime(dst []byte, when time.Time) []byte {
	if p.o.Absolute.Unix {
		dst = strconv.AppendInt(dst, when.Unix(), 10)
	} else {
		hour, minute, second := when.Clock()
		dst = append(appendPadded(dst, uint64(hour), 10, 2), ':')
		dst = append(appendPadded(dst, uint64(minute), 10, 2), ':')
		dst = appendPadded(dst, uint64(second), 10, 2)
	}
	return appendFraction(dst, when.Nanosecond(), p.o.Absolute.Precision)
}

// appendElapsed appends seconds with the digits of the precision.
func appendElapsed(dst []byte, d time.Duration, precision Precision) []byte {
	d = max(d, 0)
	dst = strconv.AppendInt(dst, int64(d/time.Second), 10)
	return appendFraction(dst, int(d%time.Second), precision)
}

// appendFraction appends the digits behind the decimal point.
func appendFraction(dst []byte, nanos int, precision Precision) []byte {
	switch precision {
	case Millis:
		return appendPadded(append(dst, '.'), uint64(nanos/1e6), 10, 3)
	case Micros:
		return appendPadded(append(dst, '.'), uint64(nanos/1e3), 10, 6)
	case Nanos:
		return appendPadded(append(dst, '.'), uint64(nanos), 10, 9)
	}
	return dst
}

// spent writes how long the call took.
func (p *Printer) spent(l *line, when time.Time) {
	if p.o.SpentTime == Off {
		return
	}
	s := &p.o.Style
	l.text = s.mark(s.paint(append(l.text, ' '), inResult), "<")
	l.text = appendElapsed(l.text, when.Sub(l.entered), p.o.SpentTime)
	l.text = s.paint(s.mark(l.text, ">"), plain)
}
