package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

// formatManual is the manual page of the format command.
func formatManual() string {
	r := newPage("trapline-format", newFormat().Short)
	r.synopsis("trapline format", "[OPTIONS] [FILE]")
	r.request(".SH DESCRIPTION")
	for _, line := range formatDescription {
		r.text(line)
	}
	r.request(".SH OPTIONS")
	for g, name := range groupNames {
		head := ".SS " + name
		for i := range options {
			if o := &options[i]; o.group == group(g) && o.replayed() {
				if head != "" {
					r.request(head)
				}
				head = ""
				o.manual(r)
			}
		}
	}
	r.request(".SH EXAMPLES")
	for _, e := range formatExamples {
		r.request(".TP")
		r.text(e.args)
		r.text(e.what)
	}
	r.request(".SH SEE ALSO")
	r.request(`.BR trapline\-trace (1)`)
	return r.String()
}

var formatDescription = [...]string{
	"Shows a trace that trapline trace --output-format=json has recorded, in FILE or on",
	"standard input, as text. Options mean what they mean for trapline trace; what was not",
	"recorded cannot be shown.",
}

// syscallsManual is the manual page of the syscalls command.
func syscallsManual() string { return commandManual(newSyscalls()) }

// sweepManual is the manual page of the sweep command.
func sweepManual() string { return commandManual(newSweep()) }

// stackManual is the manual page of the stack command.
func stackManual() string { return commandManual(newStack()) }

// coverReportManual is the manual page of the report command of cover.
func coverReportManual() string {
	report, _, err := newCover().Find([]string{"report"})
	if err != nil {
		panic(err)
	}
	return commandManual(report)
}

// commandManual is the manual page of a command that cobra serves.
func commandManual(c *cobra.Command) string {
	_, args, _ := strings.Cut(c.Use, " ")
	name := c.CommandPath()
	r := newPage("trapline-"+strings.ReplaceAll(name, " ", "-"), c.Short)
	r.synopsis("trapline "+name, args)
	about, list, _ := strings.Cut(c.Long, "\n\nOptions:\n")
	r.request(".SH DESCRIPTION")
	for line := range strings.SplitSeq(about, "\n") {
		r.text(line)
	}
	r.request(".SH OPTIONS")
	r.groups(list)
	r.request(".SH EXAMPLES")
	r.literal(c.Example)
	r.request(".SH SEE ALSO")
	r.request(`.BR trapline\-trace (1)`)
	return r.String()
}

func (r *roff) synopsis(command, args string) {
	r.request(".SH SYNOPSIS")
	r.request(".B " + command)
	r.text(args)
}

// groups writes options, those behind a line that ends in a colon as a group of that name.
func (r *roff) groups(list string) {
	first, rest, more := strings.Cut(list, "\n\n")
	r.literal(first)
	if !more {
		return
	}
	name, rest, _ := strings.Cut(rest, ":\n")
	r.request(".SS " + name)
	r.groups(rest)
}

// literal writes lines as they are.
func (r *roff) literal(lines string) {
	r.request(".nf")
	for line := range strings.SplitSeq(lines, "\n") {
		r.text(strings.TrimSpace(line))
	}
	r.request(".fi")
}
