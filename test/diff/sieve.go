package main

import (
	"regexp"
	"slices"
	"strings"
)

// sieved is a command with options under which calls are left out, children included.
func (c *command) sieved() *command {
	some := *c
	has := func(option string) bool {
		return slices.ContainsFunc(c.options, func(o string) bool { return strings.HasPrefix(o, option) })
	}
	some.options = slices.Clone(c.options)
	if !has("-f") {
		some.options = append(some.options, "-f")
	}
	if !has("trace=") {
		some.options = append(some.options, "-e", "trace=%file,%process,%signal,write,getppid,nanosleep,restart_syscall")
	}
	// Whether SIGCHLD comes before the call that waits depends on how fast the child is.
	some.racy = c.racy || c.name == "group-stop"
	return &some
}

var filters = regexp.MustCompile(`(Seccomp|Seccomp_filters):\\t\d`)

// unsieved takes out of a line what a program can see of the filter in /proc; see docs/LIMITS.md.
func unsieved(line string) string {
	if !*sieve {
		return line
	}
	return filters.ReplaceAllString(line, `${1}:\t9`)
}
