package cli

import "strings"

//go:generate go run ../gen/man ../../docs/man

// Manuals returns the manual pages by file name. They say what the help says.
func Manuals() map[string]string {
	return map[string]string{
		"trapline.1":        mainManual(),
		"trapline-trace.1":  traceManual(),
		"trapline-format.1": formatManual(),

		"trapline-cover.1":        commandManual(newCover()),
		"trapline-cover-report.1": coverReportManual(),

		"trapline-probe.1":    commandManual(newProbe()),
		"trapline-resolve.1":  commandManual(newResolve()),
		"trapline-stack.1":    stackManual(),
		"trapline-sweep.1":    sweepManual(),
		"trapline-syscalls.1": syscallsManual(),
	}
}

// roff builds a manual page.
type roff struct{ strings.Builder }

// request writes a line that troff obeys.
func (r *roff) request(line string) { r.WriteString(line + "\n") }

// text writes a line that troff prints.
func (r *roff) text(line string) {
	line = escape(line)
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		line = `\&` + line
	}
	r.WriteString(line + "\n")
}

func escape(s string) string {
	return strings.NewReplacer(`\`, `\e`, `-`, `\-`).Replace(s)
}

func newPage(name, short string) *roff {
	r := &roff{}
	r.request(`.TH ` + strings.ToUpper(escape(name)) + ` 1 "" "trapline ` + escape(version) + `"`)
	r.request(".SH NAME")
	r.request(escape(name) + ` \- ` + escape(short))
	return r
}

func mainManual() string {
	root := newRoot()
	r := newPage("trapline", root.Short)
	r.request(".SH SYNOPSIS")
	r.request(".B trapline")
	r.text("COMMAND [ARGS]")
	r.request(".SH DESCRIPTION")
	r.text(root.Long)
	r.request(".SH COMMANDS")
	for _, c := range listed(root) {
		r.request(".TP")
		r.request(".B " + escape(c.Use))
		r.text(c.Short + ".")
	}
	r.request(".SH EXAMPLES")
	r.request(".nf")
	for line := range strings.SplitSeq(root.Example, "\n") {
		r.text(strings.TrimSpace(line))
	}
	r.request(".fi")
	r.request(".SH SEE ALSO")
	r.request(`.BR trapline\-trace (1),`)
	r.request(`.BR trapline\-cover (1),`)
	r.request(`.BR trapline\-format (1),`)
	r.request(`.BR trapline\-probe (1),`)
	r.request(`.BR trapline\-resolve (1),`)
	r.request(`.BR trapline\-stack (1),`)
	r.request(`.BR trapline\-sweep (1),`)
	r.request(`.BR trapline\-syscalls (1)`)
	return r.String()
}

func traceManual() string {
	r := newPage("trapline-trace", newTrace().Short)
	r.request(".SH SYNOPSIS")
	r.request(".B trapline trace")
	r.text("[OPTIONS] PROG [ARGS]")
	r.request(".br")
	r.request(".B trapline trace")
	r.text("[OPTIONS] -p PID")
	r.request(".SH DESCRIPTION")
	for _, line := range traceDescription {
		r.text(line)
	}
	r.request(".SH OPTIONS")
	for g, name := range groupNames {
		r.request(".SS " + name)
		for i := range options {
			if options[i].group == group(g) {
				options[i].manual(r)
			}
		}
	}
	r.request(".SH EXIT STATUS")
	for _, line := range traceStatus {
		r.text(line)
	}
	r.request(".SH EXAMPLES")
	for _, e := range traceExamples {
		r.request(".TP")
		r.text("trapline trace " + e.args)
		r.text(e.what)
	}
	r.request(".SH SEE ALSO")
	r.request(".BR strace (1),")
	r.request(".BR ptrace (2)")
	return r.String()
}

var traceDescription = [...]string{
	"Runs a program, or attaches to running ones, and shows each system call, signal and",
	"end of a process in strace's format. Options are strace's and mean the same; those of",
	"strace's that are not listed here are refused. They end at the first argument that is",
	"none, or at --. Called through a link whose name is strace, the program is this",
	"command.",
}

var traceStatus = [...]string{
	"That of the program; if a signal has killed it, the same signal kills trapline. With",
	"-p alone it is 0. It is 1 if there is nothing to trace. When a signal ends the trace,",
	"what was attached to goes on and trapline dies of that signal.",
}

// manual writes the option's entry in the manual page.
func (o *option) manual(r *roff) {
	r.request(".TP")
	r.request(".B " + escape(o.synopsis()))
	for i, line := range strings.Split(o.help, "\n") {
		if i > 0 {
			r.request(".br")
		}
		r.text(line)
	}
}
