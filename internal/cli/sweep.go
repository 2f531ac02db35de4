package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/trapline/trapline/sweep"
	"github.com/trapline/trapline/trial"
)

// A sweeping is what the sweep command is asked.
type sweeping struct {
	o     sweep.Options
	dir   string
	check string
	stdin string
	json  bool
	all   bool
}

// errFaults says that a sweep has found something, which has been told.
var errFaults = errors.New("")

func newSweep() *cobra.Command {
	var s sweeping
	cmd := &cobra.Command{
		Use:                   "sweep [OPTIONS] [--] PROG [ARGS]",
		DisableFlagsInUseLine: true,
		Short:                 "Fail each system call of a program once",
		Long:                  sweepAbout + sweepOptions,
		Example:               sweepExamples,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return complaint("a program to sweep is missing; trapline help sweep says more")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.run(cmd.OutOrStdout(), args)
		},
	}
	flags := cmd.Flags()
	flags.SetInterspersed(false)
	flags.StringVar(&s.o.Calls, "calls", "", "which calls to fail")
	flags.StringVar(&s.o.Where, "where", "", "which calls to fail, by what they do")
	flags.StringSliceVar(&s.o.Errors, "errors", nil, "how to fail them")
	flags.DurationVar(&s.o.Timeout, "timeout", 0, "when a run hangs")
	flags.IntVar(&s.o.Jobs, "jobs", 0, "how many runs at a time")
	flags.IntVar(&s.o.MaxRuns, "max-runs", sweep.DefaultMaxRuns, "how many runs at most")
	flags.StringVar(&s.dir, "dir", "", "run in copies of a directory")
	flags.StringVar(&s.check, "check", "", "a command that looks at what a run left")
	flags.StringVar(&s.stdin, "stdin", "", "a file to read")
	flags.BoolVar(&s.all, "all", false, "tell every run")
	flags.BoolVar(&s.json, "json", false, "as data")
	cmd.RegisterFlagCompletionFunc("calls", completeCalls)
	cmd.RegisterFlagCompletionFunc("where", completeWhere)
	cmd.RegisterFlagCompletionFunc("errors", cobra.FixedCompletions([]string{"all", "short", "EIO", "ENOSPC", "EINTR", "ENOMEM"}, cobra.ShellCompDirectiveNoFileComp))
	cmd.MarkFlagDirname("dir")
	return cmd
}

const sweepAbout = "Runs a program once for each of its system calls, with that call failing, and says what it\n" +
	"made of the error: told of it, tried again, lost it, crashed, hung. Calls that the dynamic\n" +
	"loader makes are left alone. The exit status is 1 when there is something to mend:\n\n" +
	"  swallowed  the program ended as if nothing had happened, and data may be lost\n" +
	"  broken     what it left is not in order (--check)\n" +
	"  crashed    a signal killed it\n" +
	"  hung       it did not end in time\n\n"

const sweepOptions = "Options:\n" +
	"  --calls SET     fail the calls of a set, as trace -e trace= takes it; otherwise all that\n" +
	"                  are known to fail\n" +
	"  --where EXPR    fail those of which a condition holds\n" +
	"  --errors LIST   fail them by these errors, such as EIO,ENOSPC; 'short' has reads and writes\n" +
	"                  do half; 'all' is all that are known of a call; otherwise the most probable\n" +
	"  --dir DIR       make each run in a copy of DIR, which is removed afterwards\n" +
	"  --check CMD     after each run, have the shell run CMD there; its failure is a fault\n" +
	"  --stdin FILE    the program reads FILE; otherwise /dev/null\n" +
	"  --timeout TIME  after which a run hangs, such as 10s\n" +
	"  --jobs N        runs at a time; otherwise 1, or with --dir one for each processor\n" +
	"  --max-runs N    runs at most (1000); each kind of call gets its share\n" +
	"  --all           tell every run, not only the faults\n" +
	"  --json          as data"

const sweepExamples = "  trapline sweep -- ./backup data.db\n" +
	"  trapline sweep --dir testdata --check 'fsck-store .' -- ./store put key value\n" +
	"  trapline sweep --where 'write where fd.path ~ \"**.db\"' --errors all ./store put key value"

// run makes a sweep and tells what it found.
func (s *sweeping) run(w io.Writer, args []string) error {
	runtime.UnlockOSThread() // init locked it for becomeProgram
	p, err := s.prepare(args)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	bar := newProgress(os.Stderr)
	s.o.Progress = bar.show
	report, err := sweep.Do(ctx, p, s.o)
	bar.clear()
	switch {
	case ctx.Err() != nil:
		return complaint("sweep: interrupted")
	case err != nil:
		return err
	}
	if s.json {
		err = report.WriteJSON(w)
	} else if err = report.WriteText(w, s.all); err == nil {
		err = again(w, report, args)
	}
	if err == nil && len(report.Faults()) > 0 {
		err = errFaults
	}
	return err
}

// prepare makes of the options what a sweep takes.
func (s *sweeping) prepare(args []string) (p trial.Program, err error) {
	path, err := findProgram(args[0])
	if err != nil {
		return p, err
	}
	p = trial.Program{Path: path, Args: args}
	if s.stdin != "" {
		text, err := os.ReadFile(s.stdin)
		if err != nil {
			return p, err
		}
		p.Stdin = string(text)
	}
	if s.dir != "" {
		if s.o.Jobs == 0 {
			s.o.Jobs = runtime.NumCPU()
		}
		dir, err := filepath.Abs(s.dir)
		if err != nil {
			return p, err
		}
		s.o.Prepare = func(to string) error { return os.CopyFS(to, os.DirFS(dir)) }
	}
	if s.check != "" {
		s.o.Check = s.checked
	}
	return p, nil
}

// checked runs the command that looks at what a run left.
func (s *sweeping) checked(dir string, _ *trial.Result) error {
	cmd := exec.Command("sh", "-c", s.check)
	cmd.Dir = dir
	said, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	if line, _, _ := strings.Cut(strings.TrimSpace(string(said)), "\n"); line != "" {
		return fmt.Errorf("%w: %s", err, line)
	}
	return err
}

// again says how to see the first fault happen.
func again(w io.Writer, r *sweep.Report, args []string) error {
	faults := r.Faults()
	if len(faults) == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "\nThe first of them again: trapline trace -f --tamper %s -- %s\n", quoted([]string{faults[0].Rule()}), quoted(args))
	return err
}

// quoted writes words as the shell reads them.
func quoted(words []string) string {
	text := make([]string, len(words))
	for i, w := range words {
		if text[i] = w; w == "" || strings.ContainsAny(w, " \t\n\\'\"`$&|;<>()*?[]#~!{}") {
			text[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(text, " ")
}
