package cli

import (
	"errors"

	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/render/strace"
)

func setTrace(s *settings, g given) (err error) {
	s.trace, err = parseCalls(g.value)
	return err
}

// setWhere reads --where. One of several has to hold.
func setWhere(s *settings, g given) error {
	if s.render.Where == nil {
		s.render.Where = &filter.Where{}
	}
	return s.render.Where.Add(g.value)
}

func setAbbrev(s *settings, g given) (err error) {
	s.abbrev, err = parseCalls(g.value)
	return err
}

func setNoAbbrev(s *settings, g given) error {
	s.abbrev = filter.NoCalls()
	return nil
}

func setVerbose(s *settings, g given) (err error) {
	s.verbose, err = parseCalls(g.value)
	return err
}

func setRaw(s *settings, g given) (err error) {
	s.raw, err = parseCalls(g.value)
	return err
}

// parseCalls is filter.ParseCalls; a bad designator points to the help, as strace does.
func parseCalls(expr string) (*filter.Calls, error) {
	c, err := filter.ParseCalls(expr)
	var personality *filter.PersonalityError
	if errors.As(err, &personality) {
		return nil, &usageError{err.Error()}
	}
	return c, err
}

func setSignal(s *settings, g given) error {
	set, err := filter.ParseSignals(g.value)
	if err == nil {
		s.render.Signals = set.Has
	}
	return err
}

func setRead(s *settings, g given) error {
	set, err := filter.ParseDescriptors(g.value)
	if err == nil {
		s.render.ReadFD = set.Has
	}
	return err
}

func setWrite(s *settings, g given) error {
	set, err := filter.ParseDescriptors(g.value)
	if err == nil {
		s.render.WriteFD = set.Has
	}
	return err
}

var statusWords = []filter.Word{
	{Name: "successful", Bits: uint8(strace.Successful)},
	{Name: "failed", Bits: uint8(strace.Failed)},
	{Name: "unfinished", Bits: uint8(strace.Unfinished)},
	{Name: "unavailable", Bits: uint8(strace.Unavailable)},
	{Name: "detached", Bits: uint8(strace.Detached)},
}

// noStatus is no status at all; a zero strace.Status means all.
const noStatus strace.Status = 1 << 7

func setStatus(s *settings, g given) error {
	set, err := filter.ParseWords("status", g.value, statusWords)
	s.render.Status = strace.Status(set)
	if set == 0 {
		s.render.Status = noStatus
	}
	return err
}

func setSuccessful(s *settings, g given) error {
	s.render.Status, s.successful = strace.Successful, true
	return nil
}

func setFailed(s *settings, g given) error {
	s.render.Status, s.failed = strace.Failed, true
	return nil
}

var quietWords = []filter.Word{
	{Name: "attach", Bits: uint8(strace.QuietAttach)},
	{Name: "exit", Bits: uint8(strace.QuietExit)},
	{Name: "exits", Bits: uint8(strace.QuietExit)},
	{Name: "path-resolution", Bits: uint8(strace.QuietPaths)},
	{Name: "personality", Bits: uint8(strace.QuietPersonality)},
	{Name: "thread-execve", Bits: uint8(strace.QuietThreadExec)},
	{Name: "superseded", Bits: uint8(strace.QuietThreadExec)},
}

// quietLevels are what -q, -qq and -qqq leave out.
var quietLevels = [...]strace.Quiet{
	1: strace.QuietAttach | strace.QuietPersonality,
	2: strace.QuietAttach | strace.QuietPersonality | strace.QuietExit,
	3: strace.QuietAll,
}

func setQuiet(s *settings, g given) error {
	if g.bare {
		s.quiet++
		s.render.Quiet = quietLevels[min(s.quiet, len(quietLevels)-1)]
		return nil
	}
	s.quietLong = true
	set, err := filter.ParseWords("quiet", g.value, quietWords)
	s.render.Quiet = strace.Quiet(set)
	return err
}
