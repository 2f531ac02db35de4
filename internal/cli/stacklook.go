package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/capture"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/render/strace"
	"github.com/trapline/trapline/stack"
	"github.com/trapline/trapline/syscalls"
)

// A subject is a process whose stacks are looked at.
type subject struct {
	pid      int
	session  capture.Session
	resolver stack.Resolver
	samples  stack.Samples
	gone     bool
}

func (s *stacking) subject(pid int) *subject {
	sub := &subject{
		pid:      pid,
		session:  capture.Session{PID: pid},
		resolver: s.resolver(s.files.Running(pid)),
		samples:  stack.Samples{Every: s.every},
	}
	sub.resolver.Clock = monotonic
	return sub
}

// resolver returns what walks and names stacks in the files that open opens.
func (s *stacking) resolver(open image.Opener) stack.Resolver {
	return stack.Resolver{Open: open, Call: stackCall, Limit: s.limit, Thread: s.thread, Symbols: s.symbols}
}

// monotonic is the clock that Go's runtime reads.
func monotonic() time.Duration {
	var t unix.Timespec
	if unix.ClockGettime(unix.CLOCK_MONOTONIC, &t) != nil {
		return 0
	}
	return time.Duration(t.Nano())
}

// look shows the subjects as they are now, or samples of them.
func (s *stacking) look(subjects []*subject) error {
	if s.profile != "" {
		s.samples = max(s.samples, 1)
	}
	if s.samples > 0 {
		return s.sample(subjects)
	}
	for i, sub := range subjects {
		done := notice(os.Stderr, "reading symbols ...")
		err := s.prepare(sub)
		var p *stack.Process
		if err == nil {
			p, err = sub.take()
		}
		done()
		if err != nil {
			s.fail(err)
			continue
		}
		if err := s.show(p, i > 0); err != nil {
			return err
		}
	}
	return nil
}

// prepare finds the goroutines of the subject: those that are asked for, and those whose
// threads are in C. Of a process that cannot be looked at, take says why.
func (s *stacking) prepare(sub *subject) error {
	maps, err := procfs.Maps(sub.pid)
	if err != nil {
		return nil
	}
	memory, err := ptrace.OpenMem(sub.pid)
	if err != nil {
		return nil
	}
	defer memory.Close()
	err = sub.resolver.FindGo(maps, memory)
	switch {
	case err == nil && s.goroutines:
		sub.session.Options.While = sub.resolver.While
	case err == nil:
		sub.session.Options.While = sub.resolver.WhileThreads
	case s.goroutines:
		return fmt.Errorf("process %d: %w", sub.pid, err)
	}
	return nil
}

// take returns the stacks of the subject as they are now.
func (s *subject) take() (*stack.Process, error) {
	taken, err := s.session.Take()
	if err != nil {
		return nil, err
	}
	defer taken.Close()
	p := s.resolver.Resolve(taken)
	if len(p.Threads) == 0 && s.resolver.Thread != 0 {
		return nil, complaint("process %d has no thread %d", p.PID, s.resolver.Thread)
	}
	if p.Program, err = procfs.Exe(p.PID); err != nil {
		p.Program = taken.Name
	}
	return p, nil
}

// show writes the stacks of one process.
func (s *stacking) show(p *stack.Process, another bool) error {
	w := s.cmd.OutOrStdout()
	switch {
	case s.json:
		return p.WriteJSON(w)
	case s.folded:
		return stack.WriteFolded(w, p)
	case another:
		fmt.Fprintln(w)
	}
	return stack.Text{Each: s.each, Color: colored(s.color, os.Stdout)}.Write(w, p)
}

// sample looks at all subjects as often as asked for, or until it is interrupted, and
// shows what it has seen.
func (s *stacking) sample(subjects []*subject) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	bar := newProgress(os.Stderr)
	for _, sub := range subjects {
		s.prepareSamples(sub)
	}
	begun := time.Now()
	for i := 0; i < s.samples && ctx.Err() == nil; i++ {
		if !slices.ContainsFunc(subjects, func(sub *subject) bool { return !sub.gone }) {
			break
		}
		for _, sub := range subjects {
			s.sampleOnce(sub)
		}
		bar.show(i+1, s.samples)
		if i+1 < s.samples {
			pause(ctx, begun, s.every)
		}
	}
	bar.clear()
	for i, sub := range subjects {
		if sub.samples.Taken == 0 {
			continue
		}
		sub.samples.Began, sub.samples.Took = begun, time.Since(begun)
		if err := s.showSamples(&sub.samples, i > 0); err != nil {
			return err
		}
	}
	return nil
}

// prepareSamples prepares a subject for samples, unless it is of no use.
func (s *stacking) prepareSamples(sub *subject) {
	if err := s.prepare(sub); err != nil {
		sub.gone = true
		s.fail(err)
	}
}

// pause waits until the next multiple of every since begun. One that was missed is
// left out.
func pause(ctx context.Context, begun time.Time, every time.Duration) {
	passed := time.Since(begun)
	select {
	case <-ctx.Done():
	case <-time.After(every - passed%every):
	}
}

// sampleOnce looks at a subject, unless it has ended.
func (s *stacking) sampleOnce(sub *subject) {
	if sub.gone {
		return
	}
	p, err := sub.take()
	if err == nil {
		sub.samples.Add(p)
		return
	}
	sub.gone = true
	if sub.samples.Taken == 0 {
		s.fail(err)
	}
}

func (s *stacking) showSamples(samples *stack.Samples, another bool) error {
	w := s.cmd.OutOrStdout()
	switch {
	case s.profile != "":
		return writeProfile(s.profile, samples)
	case s.json:
		return samples.WriteJSON(w)
	case s.folded:
		return samples.WriteFolded(w)
	case another:
		fmt.Fprintln(w)
	}
	return samples.WriteTree(w, colored(s.color, os.Stdout))
}

func writeProfile(name string, samples *stack.Samples) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := samples.WriteProfile(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// stackCall decodes a call that a thread is in. What only the kernel's answer would
// tell is shown as when there is none.
func stackCall(raw *abi.Call, m mem.Reader) *stack.Call {
	var c decode.Call
	row := syscalls.For(raw.ABI).Row(raw.NR)
	c.Enter(*raw, row, decode.Mode{Strings: strace.Defaults().Strings}, m)
	c.Exit(abi.Result{Value: ^uint64(syscall.EFAULT - 1), Failed: true}, m)
	style := strace.Defaults().Style
	text := string(style.AppendCall(nil, &c))
	name := fmt.Sprintf("syscall_%#x", raw.NR)
	if c.Row != nil {
		name = c.Row.Name
	}
	return &stack.Call{Name: name, Text: text, Raw: *raw}
}
