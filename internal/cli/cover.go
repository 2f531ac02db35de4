package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/trapline/trapline/cover"
)

// newCover is about which lines of programs ran.
func newCover() *cobra.Command {
	var c covering
	cmd := &cobra.Command{
		Use:                   "cover [OPTIONS] -- COMMAND [ARGS] | -p PID...",
		DisableFlagsInUseLine: true,
		Short:                 "Show which lines of a program ran",
		Long:                  coverAbout + reportOptions + coverOptions,
		Example:               coverExamples,
		Args:                  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			c.program = args
			return c.run(cmd)
		},
	}
	c.register(cmd)
	cmd.RegisterFlagCompletionFunc("attach", completeProcesses)
	cmd.AddCommand(newCoverReport())
	return cmd
}

func newCoverReport() *cobra.Command {
	var r reporting
	cmd := &cobra.Command{
		Use:                   "report [OPTIONS] DIR...",
		DisableFlagsInUseLine: true,
		Short:                 "Make reports of runs, together",
		Long:                  coverReportAbout + reportOptions,
		Example:               coverReportExamples,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return complaint("a folder with runs is missing; trapline help cover report says more")
			}
			return r.check()
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			stores, err := stores(args)
			if err != nil {
				return err
			}
			return r.report(cmd.OutOrStdout(), stores)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
	}
	r.register(cmd)
	return cmd
}

const coverReportAbout = "Merges runs of trapline cover, which are in DIR/runs, and makes reports of them without running\n" +
	"anything. Without -o only the summary is shown.\n\n" +
	"The exit status is 1 if a run could not be read or if less ran than --fail-under asks for.\n\n"

const coverReportExamples = "  trapline cover report coverage\n" +
	"  trapline cover report -o all --fail-under 80 unit/coverage integration/coverage\n" +
	"  trapline cover report -o coverage --format codecov --exclude 'third_party' --exclude '*.pb.cc' coverage"

// stores are the folders with the profiles of the reports in dirs. Each may be that itself.
func stores(dirs []string) ([]cover.Store, error) {
	var all []cover.Store
	for _, dir := range dirs {
		s := cover.StoreIn(dir)
		if _, err := os.Stat(string(s)); errors.Is(err, fs.ErrNotExist) {
			s = cover.Store(filepath.Clean(dir))
		}
		if has, err := s.Has(); err != nil {
			return nil, err
		} else if !has {
			return nil, complaint("%s has no runs of trapline cover", dir)
		}
		all = append(all, s)
	}
	return all, nil
}
