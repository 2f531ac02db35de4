package cli

import (
	"math"
	"strconv"
	"strings"

	"github.com/trapline/trapline/render/strace"
)

func setOutput(s *settings, g given) error {
	s.output, s.hasOutput = g.value, true
	return nil
}

func setAppend(s *settings, g given) error {
	s.appending = true
	return nil
}

func setShowPID(s *settings, g given) error {
	s.showPID = true
	return nil
}

func setColumns(s *settings, g given) error {
	return setNumber(&s.render.Column, g, math.MaxInt32)
}

// maxString is the longest string limit strace takes.
const maxString = 1<<30 - 1

func setStrings(s *settings, g given) error {
	return setNumber(&s.render.Strings, g, maxString)
}

func setNumber(to *int, g given, most uint64) error {
	n, err := strconv.ParseUint(g.value, 10, 64)
	if err != nil || n > most {
		return invalid(g)
	}
	*to = int(n)
	return nil
}

func setPC(s *settings, g given) error {
	s.render.PC = true
	return nil
}

func setCallNumber(s *settings, g given) error {
	s.render.Number = true
	return nil
}

func setArgNames(s *settings, g given) error {
	s.render.ArgNames = true
	return nil
}

func setColor(s *settings, g given) error {
	switch g.value {
	case "auto", "always", "never":
		s.color = g.value
		return nil
	}
	return invalid(g)
}

func setConstants(s *settings, g given) error {
	switch g.value {
	case "raw":
		s.render.Style.Constants = strace.Raw
	case "abbrev":
		s.render.Style.Constants = strace.Abbrev
	case "verbose":
		s.render.Style.Constants = strace.Verbose
	default:
		return invalid(g)
	}
	return nil
}

func setHex(s *settings, g given) error {
	if g.name == "-x" {
		s.hex++
		s.render.Style.Escape = strace.HexASCII
		if s.hex > 1 {
			s.render.Style.Escape = strace.HexAll
		}
		return nil
	}
	s.hexLong = true
	switch {
	case g.bare || g.value == "all":
		s.render.Style.Escape = strace.HexAll
	case g.value == "none":
		s.render.Style.Escape = strace.Octal
	case g.value == "non-ascii-chars":
		s.render.Style.Escape = strace.HexChars
	case g.value == "non-ascii":
		s.render.Style.Escape = strace.HexASCII
	default:
		return invalid(g)
	}
	return nil
}

func setRelative(s *settings, g given) error { return setPrecision(&s.render.Relative, g) }
func setSpent(s *settings, g given) error    { return setPrecision(&s.render.SpentTime, g) }

func setPrecision(to *strace.Precision, g given) error {
	p := strace.Micros
	if !g.bare {
		if p = precision(g.value); p == strace.Off {
			return invalid(g)
		}
	}
	*to = p
	return nil
}

func precision(name string) strace.Precision {
	switch name {
	case "s":
		return strace.Seconds
	case "ms":
		return strace.Millis
	case "us":
		return strace.Micros
	case "ns":
		return strace.Nanos
	}
	return strace.Off
}

// clocks are -t, -tt and -ttt.
var clocks = [...]strace.Clock{
	1: {Precision: strace.Seconds},
	2: {Precision: strace.Micros},
	3: {Precision: strace.Micros, Unix: true},
}

func setTimes(s *settings, g given) error {
	if g.name == "-t" {
		s.times++
		s.render.Absolute = clocks[min(s.times, len(clocks)-1)]
		return nil
	}
	s.timesLong = true
	clock, ok := parseClock(g.value)
	if !ok {
		return invalid(g)
	}
	s.render.Absolute = clock
	return nil
}

// parseClock reads a format, a precision or both: "unix,ns", "format:time".
func parseClock(expr string) (strace.Clock, bool) {
	clock := strace.Clock{Precision: strace.Seconds}
	shown := true
	for word := range strings.SplitSeq(expr, ",") {
		form, isForm := strings.CutPrefix(word, "format:")
		exact, isPrecision := strings.CutPrefix(word, "precision:")
		p := precision(exact)
		switch {
		case word == "":
		case !isForm && p != strace.Off:
			clock.Precision = p
		case isPrecision:
			return clock, false
		case form == "none", form == "time", form == "unix":
			shown, clock.Unix = form != "none", form == "unix"
		default:
			return clock, false
		}
	}
	if !shown {
		return strace.Clock{}, true
	}
	return clock, true
}
