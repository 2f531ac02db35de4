package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// newHelp prints the help of a command, or of a command of a command.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:                   "help [COMMAND]",
		DisableFlagsInUseLine: true,
		Short:                 "Print the help of a command",
		Example:               "  trapline help trace",
		Args:                  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			target, rest, err := cmd.Root().Find(args)
			if err == nil && len(rest) > 0 {
				err = unknownCommand(cmd.Root(), rest[0])
			}
			if err != nil {
				return err
			}
			return target.Help()
		},
		ValidArgsFunction: func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, c := range listed(cmd.Root()) {
				if strings.HasPrefix(c.Name(), typed) {
					names = append(names, c.Name())
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// listed are the commands that the help lists.
func listed(root *cobra.Command) []*cobra.Command {
	var all []*cobra.Command
	for _, c := range root.Commands() {
		if !c.Hidden {
			all = append(all, c)
		}
	}
	return all
}

// printHelp prints what a command does and how it is used.
func printHelp(cmd *cobra.Command, _ []string) {
	about := cmd.Long
	if about == "" {
		about = cmd.Short + "."
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s\n\n%s", about, usageOf(cmd))
}

func usageOf(cmd *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Usage: %s\n", cmd.UseLine())
	if cmd.HasSubCommands() {
		b.WriteString("\nCommands:\n")
		for _, c := range listed(cmd) {
			fmt.Fprintf(&b, "  %-12s %s\n", c.Name(), c.Short)
		}
		fmt.Fprintf(&b, "\n%s COMMAND --help says more about one.\n", cmd.Name())
	}
	if cmd.HasExample() {
		fmt.Fprintf(&b, "\nExamples:\n%s\n", cmd.Example)
	}
	return b.String()
}
