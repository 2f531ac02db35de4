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

func (p picker) pick(a *abi.ABI, nr uint64, _ *syscalls.Syscall) strace.Pick {
	return strace.Pick{
		Show:   p.trace.Has(a, nr),
		Full:   !p.abbrev.Has(a, nr),
		Opaque: !p.verbose.Has(a, nr),
		Raw:    p.raw != nil && p.raw.Has(a, nr),
	}
}
