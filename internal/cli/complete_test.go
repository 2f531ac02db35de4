package cli

import (
	"slices"
	"testing"

	"github.com/spf13/cobra"
)

func TestComplete(t *testing.T) {
	type completer = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)
	for _, tt := range []struct {
		complete completer
		typed    string
		want     string
		not      string
	}{
		{completeExpression, "", "secontext=", "-e"},
		{completeExpression, "inj", "inject=", "fault="},
		{completeExpression, "inject=%fi", "inject=%file", "inject=open"},
		{completeExpression, "openat,clo", "openat,close", "close"},
		{completeExpression, "status=", "status=failed", "status=open"},
		{completeExpression, "q=attach,ex", "q=attach,exit", "q=exit"},
		{completeExpression, "kvm=", "kvm=vcpu+", "kvm=open"},
		{completeExpression, "read=", "", "read=open"},
		{completeTamper, "open", "openat", "where"},
		{completeTamper, "openat wh", "openat where", "openat skip"},
		{completeTamper, "openat ", "openat delay", "openat openat"},
		{completeTamper, "openat fail ENOS", "openat fail ENOSPC", "openat fail EIO"},
		{completeTamper, "openat signal SIGU", "openat signal SIGUSR1", "openat signal SIGTERM"},
		{completeTamper, "openat skip per ", "openat skip per tree", "openat skip per kill"},
	} {
		got, _ := tt.complete(nil, nil, tt.typed)
		if tt.want != "" && !slices.Contains(got, tt.want) || slices.Contains(got, tt.not) {
			t.Errorf("%q: %.20q", tt.typed, got)
		}
	}
}

// TestOptionWordsAreTaken finds words that complete to what their option refuses.
func TestOptionWordsAreTaken(t *testing.T) {
	for name, words := range optionWords() {
		for _, word := range words {
			i := slices.IndexFunc(options, func(o option) bool { return o.named(name) })
			if i < 0 {
				t.Fatalf("there is no --%s", name)
			}
			if err := options[i].apply(newSettings("trapline"), given{name: "--" + name, value: word}); err != nil {
				t.Errorf("--%s=%s: %v", name, word, err)
			}
		}
	}
}
