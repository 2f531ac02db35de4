package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/tamper"
	"github.com/trapline/trapline/uapi"
)

// complete teaches the shell the sets of system calls and the words options take.
func complete(cmd *cobra.Command) {
	for name, words := range optionWords() {
		cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	}
	for _, name := range callOptions {
		cmd.RegisterFlagCompletionFunc(name, completeCalls)
	}
	cmd.RegisterFlagCompletionFunc("expression", completeExpression)
	cmd.RegisterFlagCompletionFunc("where", completeWhere)
	cmd.RegisterFlagCompletionFunc("tamper", completeTamper)
}

// callOptions are those that take a set of system calls, or begin with one.
var callOptions = []string{"trace", "abbrev", "verbose", "raw", "inject", "fault"}

// optionWords are the words that options take.
func optionWords() map[string][]string {
	return map[string][]string{
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
		"kvm":               {"vcpu", "vcpu+"},
		"namespace":         {"new"},
		"secontext":         wordNames(secontextWords),
		"output-format":     {"text", "json"},
		"script-error":      {"detach", "kill"},
		"tips":              {"none", "compact", "full", "random"},
	}
}

func completeCalls(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	return callsFrom(typed), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

func completeExpression(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	const directive = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	if name, set, ok := strings.Cut(typed, "="); ok {
		return prefixed(name+"=", valuesFrom(name, set)), directive
	}
	var found []string
	for i := range qualifiers {
		if q := &qualifiers[i]; strings.HasPrefix(q.names[0], typed) {
			found = append(found, q.names[0]+"=")
		}
	}
	return append(found, callsFrom(typed)...), directive
}

// valuesFrom completes the last value behind a qualifier.
func valuesFrom(name, typed string) []string {
	if q := findQualifier(name); q != nil {
		name = q.names[0]
	}
	if slices.Contains(callOptions, name) {
		return callsFrom(typed)
	}
	return lastOf(typed, optionWords()[name])
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

// completeTamper completes the last word of a rule: calls come first; behind them an action or
// where and a condition.
func completeTamper(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	const directive = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	i := strings.LastIndexByte(typed, ' ')
	if i < 0 {
		return callsFrom(typed), directive
	}
	before, last := typed[:i+1], typed[i+1:]
	words := append([]string{"where", "when", "chance", "per"}, tamper.Actions()...)
	switch fields := strings.Fields(before); fields[len(fields)-1] {
	case "fail":
		words = constantNames(uapi.Errnos)
	case "signal":
		words = constantNames(uapi.Signals)
	case "per":
		words = []string{"thread", "process", "tree"}
	}
	return prefixed(before, lastOf(last, words)), directive
}

func constantNames(set *uapi.Set) (names []string) {
	for _, c := range set.Consts {
		names = append(names, c.Name)
	}
	return names
}

// callsFrom completes the last value of a set of calls.
func callsFrom(typed string) []string {
	return lastOf(typed, append(filter.Groups(), syscalls.For(abi.AMD64).Names()...))
}

// lastOf completes the last value of a list by those of names that begin like it.
func lastOf(typed string, names []string) []string {
	before, last := "", typed
	if i := strings.LastIndexAny(typed, ",!?"); i >= 0 {
		before, last = typed[:i+1], typed[i+1:]
	}
	var found []string
	for _, name := range names {
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
