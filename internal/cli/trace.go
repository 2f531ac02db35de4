package cli

import (
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// traceMain is the trace command.
func traceMain(c caller, args []string) int {
	s := newSettings(c.name)
	err := s.parse(args)
	var bad *usageError
	switch {
	case err == nil:
		return s.start(c, args)
	case errors.Is(err, errHelp):
		fmt.Print(traceHelp(c))
		return 0
	case errors.Is(err, errVersion):
		fmt.Print(traceVersion(c))
		return 0
	case errors.As(err, &bad):
		s.warn("%s\nTry '%s -h' for more information.", err, c.command)
		return 1
	}
	return s.fail(err)
}

// start traces from here, or from a process of its own.
func (s *settings) start(c caller, args []string) int {
	if s.idle() {
		s.tips.tell(os.Stderr)
		return 0
	}
	if len(s.program) > 0 {
		keepIgnored()
	}
	if s.daemon != 0 {
		return s.becomeProgram(c, args)
	}
	runtime.UnlockOSThread() // init locked it for becomeProgram
	return s.run((*run).begin)
}

// newTrace is the trace command as cobra lists and completes it. Main runs it
// without cobra.
func newTrace() *cobra.Command {
	c := caller{"trapline", "trapline trace"}
	cmd := &cobra.Command{
		Use:   "trace [OPTIONS] {-p PID | PROG [ARGS]}",
		Short: "Show the system calls and signals of a program",
		RunE: func(_ *cobra.Command, args []string) error {
			os.Exit(traceMain(c, args))
			return nil
		},
	}
	cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) { fmt.Fprint(cmd.OutOrStdout(), traceHelp(c)) })
	declare(cmd.Flags(), func(*option) bool { return true })
	cmd.Flags().SetInterspersed(false)
	complete(cmd)
	return cmd
}

// declare tells cobra of the options that a command has, for completion.
func declare(flags *pflag.FlagSet, has func(*option) bool) {
	for i := range options {
		o := &options[i]
		if o.set == nil || o.long == "" || o.long == "help" || !has(o) {
			continue
		}
		short := ""
		if o.short != 0 {
			short = string(o.short)
		}
		flag := flags.VarPF(ignored{}, o.long, short, o.help)
		if o.arg == "" || o.optional() {
			flag.NoOptDefVal = "true"
		}
	}
	flags.StringP("expression", "e", "", "what to trace and how")
}

// ignored is the value of an option that only completion looks at.
type ignored struct{}

func (ignored) String() string   { return "" }
func (ignored) Set(string) error { return nil }
func (ignored) Type() string     { return "value" }
