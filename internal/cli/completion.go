package cli

import (
	"github.com/spf13/cobra"
)

// newCompletion prints a script that makes a shell complete Trapline's commands,
// options, system calls and groups.
func newCompletion() *cobra.Command {
	return &cobra.Command{
		Use:                   "completion SHELL",
		DisableFlagsInUseLine: true,
		Short:                 "Print a completion script for bash, zsh or fish",
		Example: "  source <(trapline completion bash)\n" +
			"  trapline completion zsh >~/.zfunc/_trapline\n" +
			"  trapline completion fish >~/.config/fish/completions/trapline.fish",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return complaint("the name of a shell is missing: bash, zsh or fish")
			}
			return nil
		},
		ValidArgs: []string{"bash", "zsh", "fish"},
		RunE: func(cmd *cobra.Command, args []string) error {
			root, out := cmd.Root(), cmd.OutOrStdout()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(out, true)
			case "zsh":
				return root.GenZshCompletion(out)
			case "fish":
				return root.GenFishCompletion(out, true)
			}
			return complaint("no completion for %s: bash, zsh or fish", args[0])
		},
	}
}
