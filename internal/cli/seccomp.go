package cli

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/render/strace"
	"github.com/trapline/trapline/seccomp"
	"github.com/trapline/trapline/tamper"
	"github.com/trapline/trapline/trace"
)

// sieving says whether the kernel is to pass the calls that are not shown without
// stopping for them (--seccomp-bpf).
type sieving uint8

const (
	sieveAuto  sieving = iota // where nobody can tell
	sieveAsked                // as strace does: what is traced is killed when the tracer ends
	sieveNever
)

func setSeccomp(s *settings, g given) error {
	switch {
	case g.bare || g.value == "on":
		s.sieving = sieveAsked
	case g.value == "auto":
		s.sieving = sieveAuto
	case g.value == "off":
		s.sieving = sieveNever
	default:
		return invalid(g)
	}
	return nil
}

// wanted are the calls to stop at; nil is all of them.
func (s *settings) wanted() []seccomp.Rule {
	if s.sieving == sieveNever || s.unsieved() != "" {
		return nil
	}
	rules := []seccomp.Rule{}
	for _, a := range abi.All {
		if a.Arch != abi.Native.Arch {
			continue
		}
		some, _ := s.sieve(a)
		if a != abi.Native && s.tellsABI() {
			some = []seccomp.Rule{{ABI: a, Calls: []seccomp.Span{seccomp.From(uint32(a.NRBit))}}}
		}
		rules = append(rules, some...)
	}
	return rules
}

// sieve makes rules for the calls of an ABI that may be shown or changed; all says that every
// one may.
func (s *settings) sieve(a *abi.ABI) (rules []seccomp.Rule, all bool) {
	choices := s.render.Where.Choices(orAll(s.trace))
	choices = append(choices, tamper.Choices(s.tamper.rules)...)
	choices = append(choices, s.mapping()...)
	return filter.Sieve(a, append(choices, s.script.choices()...))
}

// wantsAll says whether there is no call that need not be stopped at.
func (s *settings) wantsAll() bool {
	if orAll(s.trace).All() && s.render.Where == nil {
		return true
	}
	_, all := s.sieve(abi.Native)
	return all
}

// unsieved is why programs must not be given a filter, as --seccomp-bpf is told; empty
// when they may.
func (s *settings) unsieved() string {
	asked := s.sieving == sieveAsked
	for _, reason := range []struct {
		holds bool
		text  string
	}{
		{!s.following(), "--seccomp-bpf cannot be used without -f/--follow-forks, disabling"},
		{s.detachOnExec, "--seccomp-bpf is not enabled because it is not compatible with -b"},
		{s.limit > 0, "--seccomp-bpf is not enabled because it is not compatible with --syscall-limit"},
		{len(s.pids) > 0, "--seccomp-bpf is not enabled for processes attached with -p"},
		{s.wantsAll(), "Seccomp filter is requested but there are no syscalls to filter.  See -e trace to filter syscalls."},
		{!asked && s.interruptible == anywhere, "it would kill the program"},
		{!asked && s.daemon != 0 && s.hasUser, "it would take the user's privileges"},
		{!trace.CanFilter(), "seccomp filter is requested but unavailable"},
		{s.gains(), "--seccomp-bpf is not enabled because the program is set-user-ID"},
	} {
		if reason.holds {
			return reason.text
		}
	}
	return ""
}

// gains says whether the program gets privileges that it would not get any more: who has
// no CAP_SYS_ADMIN can give it a filter only together with no_new_privs.
func (s *settings) gains() bool {
	if os.Geteuid() == 0 || len(s.program) == 0 {
		return false
	}
	path, err := findProgram(s.program[0])
	if err != nil {
		return false // that will be said
	}
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	_, err = unix.Getxattr(path, "security.capability", nil)
	return err == nil || info.Sys().(*syscall.Stat_t).Mode&(syscall.S_ISUID|syscall.S_ISGID) != 0
}

// tellsABI says whether it is shown that a task makes calls of another ABI than before,
// for which those that are not shown have to be looked at, too.
func (s *settings) tellsABI() bool {
	return s.data || !s.summaryOnly && s.render.Quiet&strace.QuietPersonality == 0
}

// interrupted is called when a run is over before programs that cannot do without their
// tracer. Mostly they got the signal too, and are about to end.
func (r *run) interrupted() {
	const moment = time.Second
	if errors.As(context.Cause(r.ctx), new(interruption)) && !r.s.killing() {
		time.AfterFunc(moment, func() {
			r.s.warn("waiting for the programs to end: they cannot do without a tracer (see --seccomp-bpf); another signal ends them")
		})
	}
}

// killing says whether the programs are to be killed when the tracer ends.
func (s *settings) killing() bool {
	return s.killOnExit || s.sieving == sieveAsked && s.unsieved() == ""
}
