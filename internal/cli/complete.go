package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/syscalls"
)

// complete teaches the shell the sets of system calls and the words options take.
func complete(cmd *cobra.Command) {
	for name, words := range map[string][]string{
		"color":             {"auto", "always", "never"},
		"const-print-style": {"raw", "abbrev", "verbose"},
		"daemonize":         {"grandchild", "pgroup", "session"},
		"detach-on":         {"execve"},
		"interruptible":     interruptibleNames[anywhere:],
		"strings-in-hex":    {"none", "non-ascii-chars", "non-ascii", "all"},
		"summary-sort-by":   append(firstNames(), "nothing"),
		"summary-columns":   firstNames(),
		"status":            wordNames(statusWords),
		"decode-fds":        wordNames(fdWords),
		"decode-pids":       wordNames(pidWords),
		"quiet":             wordNames(quietWords),
		"seccomp-bpf":       {"auto", "off", "on"},
	} {
		cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	}
	for _, name := range []string{"trace", "abbrev", "verbose", "raw"} {
		cmd.RegisterFlagCompletionFunc(name, completeCalls)
	}
	cmd.RegisterFlagCompletionFunc("expression", completeExpression)
	cmd.RegisterFlagCompletionFunc("where", completeWhere)
}

func completeCalls(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	return callsFrom(typed), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

func completeExpression(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	const directive = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	if name, set, ok := strings.Cut(typed, "="); ok {
		return prefixed(name+"=", callsFrom(set)), directive
	}
	var found []string
	for i := range qualifiers {
		if q := &qualifiers[i]; q.set != nil && strings.HasPrefix(q.names[0], typed) {
			found = append(found, q.names[0]+"=")
		}
	}
	return append(found, callsFrom(typed)...), directive
}

// completeWhere completes the last word of an expression: before where it may be a call,
// behind it a parameter.
func completeWhere(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	before, last := "", typed
	if i := strings.LastIndexAny(typed, " (&"); i >= 0 {
		before, last = typed[:i+1], typed[i+1:]
	}
	var found []string
	for _, name := range filter.Words(before) {
		if strings.HasPrefix(name, last) {
			found = append(found, before+name)
		}
	}
	if before == "" {
		found = append(found, callsFrom(last)...)
	}
	return found, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// callsFrom completes the last value of a set of calls.
func callsFrom(typed string) []string {
	before, last := "", typed
	if i := strings.LastIndexAny(typed, ",!?"); i >= 0 {
		before, last = typed[:i+1], typed[i+1:]
	}
	var found []string
	for _, name := range append(filter.Groups(), syscalls.For(abi.AMD64).Names()...) {
		if strings.HasPrefix(name, last) {
			found = append(found, name)
		}
	}
	return prefixed(before, found)
}

func prefixed(prefix string, names []string) []string {
	for i := range names {
		names[i] = prefix + names[i]
	}
	return names
}

// firstNames are the names of columns that the help uses.
func firstNames() []string {
	var names []string
	for _, c := range columnNames {
		names = append(names, c.names[0])
	}
	return names
}

func wordNames(words []filter.Word) []string {
	names := []string{"all", "none"}
	for _, w := range words {
		names = append(names, w.Name)
	}
	return names
}
