package cli

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"
)

const (
	// version is Trapline's own.
	version = "0.1.0-dev"
	// straceVersion is the version of strace whose command line and output this one
	// has. Scripts that find out what their strace can do ask for it.
	straceVersion = "7.2"
)

var versionText = "trapline " + version + " " + runtime.GOOS + "/" + runtime.GOARCH + "\n"

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:                   "version",
		DisableFlagsInUseLine: true,
		Short:                 "Print the version",
		Example:               "  trapline version",
		Args:                  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprint(cmd.OutOrStdout(), versionText)
			return err
		},
	}
}

// traceVersion is the answer to trace -V.
func traceVersion(c caller) string {
	if c.name == "strace" {
		return "strace -- version " + straceVersion + "\nThis is " + versionText
	}
	return versionText
}
