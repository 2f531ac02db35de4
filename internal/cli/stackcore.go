package cli

import (
	"fmt"
	"os"

	"github.com/trapline/trapline/capture"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/render/strace"
	"github.com/trapline/trapline/stack"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// checkCore refuses what makes no sense with a core.
func (s *stacking) checkCore(args []string) error {
	flags := s.cmd.Flags()
	switch {
	case s.core == "":
		return complaint("--core needs the name of a file")
	case len(args) > 1:
		return complaint("--core takes one PROGRAM; cores are looked at one by one")
	case flags.Changed("samples"), flags.Changed("every"):
		return complaint("-n and --every are for programs that run: a core shows one moment")
	}
	return nil
}

// lookAtCore shows the stacks of a core, of the program that args may name.
func (s *stacking) lookAtCore(args []string) error {
	done := notice(os.Stderr, "reading symbols ...")
	defer done()
	core := capture.Core{Name: s.core, Root: s.root, Files: &s.files}
	if len(args) > 0 {
		core.Program = args[0]
	}
	taken, err := core.Take()
	if err != nil {
		return err
	}
	defer taken.Close()
	p, err := s.resolveCore(taken)
	if err != nil {
		return err
	}
	done()
	s.faultsOfCore(taken, p, core.Program != "")
	if s.profile == "" {
		return s.show(p, false)
	}
	var samples stack.Samples
	if info, err := os.Stat(s.core); err == nil {
		samples.Began = info.ModTime()
	}
	samples.Add(p)
	return writeProfile(s.profile, &samples)
}

// resolveCore names the stacks of a core.
func (s *stacking) resolveCore(taken *capture.Process) (*stack.Process, error) {
	r := s.resolver(taken.Open)
	err := r.FindGo(taken.Maps, taken.Memory)
	switch {
	case err == nil && s.goroutines:
		r.While(taken)
	case err == nil:
		r.WhileThreads(taken)
	case s.goroutines:
		return nil, fmt.Errorf("core %s: %w", s.core, err)
	}
	p := r.Resolve(taken)
	if len(p.Threads) == 0 {
		return nil, complaint("core %s has no thread %d", s.core, s.thread)
	}
	p.Core, p.Program = s.core, taken.Program
	if p.Program == "" {
		p.Program = taken.Name
	}
	if taken.Signal != 0 {
		p.Got(coreSignal(taken))
	}
	return p, nil
}

// coreSignal decodes the signal that a core's first thread got.
func coreSignal(p *capture.Process) *stack.Signal {
	first := &p.Threads[0]
	name, known := uapi.Signals.Find(uint64(p.Signal))
	if !known {
		name = fmt.Sprintf("signal %d", p.Signal)
	}
	s := &stack.Signal{Number: int(p.Signal), Name: name, TID: first.TID, Killed: !p.Debugged}
	var arena value.Arena
	if info := decode.SiginfoOf(&arena, p.Siginfo, first.Regs.ABI); info != nil {
		style := strace.Defaults().Style
		s.Info = string(style.AppendValue(nil, info))
	}
	return s
}

// faultsOfCore tells what keeps the stacks of a core from being complete, and what to do.
func (s *stacking) faultsOfCore(taken *capture.Process, p *stack.Process, named bool) {
	if taken.Missing > 0 {
		s.fail(fmt.Errorf("core %s: it is cut off: %d bytes of memory are missing, where stacks end early", s.core, taken.Missing))
	}
	if taken.Program == "" {
		s.fail(fmt.Errorf("core %s: it does not tell the path of its program; add it: --core %s PROGRAM", s.core, s.core))
	}
	for _, f := range p.Faults() {
		if f.Path == taken.Program && !named {
			s.fail(fmt.Errorf("%w; if it is elsewhere, say where: --core %s PROGRAM", f.Err, s.core))
		} else {
			s.fail(fmt.Errorf("%w; its functions stay unnamed", f.Err))
		}
	}
}
