package cli

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/render/strace"
	"github.com/trapline/trapline/syscalls"
)

// A picker says what to do with each system call.
type picker struct {
	trace, abbrev, verbose *filter.Calls
	raw                    *filter.Calls // nil for none
}

func (p picker) pick(c abi.Call, _ *syscalls.Syscall) strace.Pick {
	return strace.Pick{
		Show:   p.trace.HasCall(c),
		Full:   !p.abbrev.HasCall(c),
		Opaque: !p.verbose.HasCall(c),
		Raw:    p.raw != nil && p.raw.HasCall(c),
	}
}
