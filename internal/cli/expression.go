package cli

import "strings"

// A qualifier is what may stand before "=" in -e.
type qualifier struct {
	names []string
	set   func(*settings, given) error
}

var qualifiers = [...]qualifier{
	{[]string{"trace", "t"}, setTrace},
	{[]string{"abbrev", "a"}, setAbbrev},
	{[]string{"verbose", "v"}, setVerbose},
	{[]string{"raw", "x"}, setRaw},
	{[]string{"signal", "signals", "s"}, setSignal},
	{[]string{"read", "reads", "r"}, setRead},
	{[]string{"write", "writes", "w"}, setWrite},
	{[]string{"status"}, setStatus},
	{[]string{"quiet", "silent", "silence", "q"}, setQuiet},
	{[]string{"trace-fds", "trace-fd", "fds", "fd"}, setTraceFDs},
	{[]string{"fault"}, setFault},
	{[]string{"inject"}, setInject},
	{[]string{"kvm"}, setKVM},
	{[]string{"namespace"}, setNamespace},
	{[]string{"decode-fds", "decode-fd"}, setDecodeFDs},
	{[]string{"decode-pids", "decode-pid"}, setDecodePIDs},
	{[]string{"secontext"}, setSecontext},
}

// setExpression reads -e. What does not begin with a qualifier is a set of calls.
func setExpression(s *settings, g given) error {
	if name, value, ok := strings.Cut(g.value, "="); ok {
		if q := findQualifier(name); q != nil {
			return q.set(s, given{name: "-e " + name, value: value})
		}
	}
	return setTrace(s, g)
}

func findQualifier(name string) *qualifier {
	for i := range qualifiers {
		for _, n := range qualifiers[i].names {
			if n == name {
				return &qualifiers[i]
			}
		}
	}
	return nil
}
