// Package cli is Trapline's command line: one file for each subcommand and, for
// trace, one for each group of its options.
//
// The trace command reads its options as strace does and by itself; cobra serves
// the rest: the list of commands, their help and completion. A binary that is
// called strace is the trace command and nothing else.
package cli

import (
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"
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
	}
	// The reader of what follows may go away: that is not an error.
	signal.Ignore(syscall.SIGPIPE)
	root := newRoot()
	root.SetArgs(argv[1:])
	if err := root.Execute(); err != nil && !errors.Is(err, syscall.EPIPE) {
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
		Use:           "trapline",
		Short:         "Trace Linux programs",
		Long:          "Trapline stops a Linux program at chosen points, looks, and lets it go on.",
		Example:       "  trapline trace -f -- git status\n  trapline trace -c -p 4711",
		Version:       version,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetOut(os.Stdout)
	root.SetErr(os.Stderr)
	root.SetVersionTemplate(versionText)
	root.AddCommand(newTrace(), newVersion())
	return root
}
