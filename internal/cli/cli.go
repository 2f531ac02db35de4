// Package cli is Trapline's command line: one file for each subcommand and, for
// trace, one for each group of its options.
//
// The trace command reads its options as strace does and by itself; cobra serves
// the rest: the list of commands, their help and completion. A binary that is
// called strace is the trace command and nothing else.
package cli

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/trapline/trapline/internal/alike"
)

// Main runs the command line argv, program name included, and returns the exit
// status.
func Main(argv []string) int {
	switch {
	case len(argv) == 0:
		return Main([]string{"trapline"})
	case argv[0] == daemonName:
		return daemonMain(argv[1:])
	case filepath.Base(argv[0]) == "strace":
		return traceMain(caller{"strace", "strace"}, argv[1:])
	case len(argv) > 1 && argv[1] == "trace":
		return traceMain(caller{"trapline", "trapline trace"}, argv[2:])
	case len(argv) > 1 && argv[1] == "format":
		return formatMain(argv[2:])
	}
	// The reader of what follows may go away: that is not an error.
	signal.Ignore(syscall.SIGPIPE)
	root := newRoot()
	root.SetArgs(argv[1:])
	var ended exitStatus
	switch err := root.Execute(); {
	case errors.Is(err, errFaults):
		return 1
	case errors.As(err, &ended):
		return ended.Code
	case err != nil && !errors.Is(err, syscall.EPIPE):
		root.PrintErrln("trapline: " + err.Error())
		return 1
	}
	return 0
}

// A caller is what the program was called as.
type caller struct {
	name    string // messages begin with it
	command string // what to type for the trace command
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:                   "trapline COMMAND [ARGS]",
		DisableFlagsInUseLine: true,
		Short:                 "Trace Linux programs",
		Long:                  "Trapline stops a Linux program at chosen points, looks, and lets it go on.",
		Example:               "  trapline trace -f -- git status\n  trapline trace -c -p 4711",
		Version:               version,
		SilenceErrors:         true,
		SilenceUsage:          true,

		SuggestionsMinimumDistance: 2,
		Args:                       cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	root.SetOut(os.Stdout)
	root.SetErr(os.Stderr)
	root.SetVersionTemplate(versionText)
	root.SetHelpFunc(printHelp)
	root.SetUsageFunc(func(cmd *cobra.Command) error {
		_, err := fmt.Fprint(cmd.OutOrStderr(), usageOf(cmd))
		return err
	})
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(newHelp())
	root.AddCommand(newTrace(), newCover(), newFormat(), newProbe(), newResolve(), newStack(), newSweep(), newSyscalls(), newCompletion(), newVersion())
	return root
}

func unknownCommand(root *cobra.Command, name string) error {
	if near := root.SuggestionsFor(name); len(near) > 0 {
		return complaint("unknown command '%s'%s", name, alike.Hint(near))
	}
	return complaint("unknown command '%s'; trapline help lists them", name)
}
