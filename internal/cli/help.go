package cli

import "strings"

// helpIndent is where the texts of options stand.
const helpIndent = "                 "

// traceHelp is the help of the trace command.
func traceHelp(c caller) string {
	var b strings.Builder
	b.WriteString("Usage: " + c.command + " [OPTIONS] PROG [ARGS]\n" +
		"   or: " + c.command + " [OPTIONS] -p PID\n\n" +
		"Show the system calls and signals of a program as it runs.\n" +
		"Options are strace's and mean the same.\n")
	for g, name := range groupNames {
		b.WriteString("\n" + name + ":\n")
		for i := range options {
			if options[i].group == group(g) {
				options[i].describe(&b)
			}
		}
	}
	b.WriteString("\nExamples:\n")
	for _, e := range traceExamples {
		b.WriteString("  " + c.command + " " + e.args + "\n" + helpIndent + e.what + "\n")
	}
	return b.String()
}

var traceExamples = [...]struct{ args, what string }{
	{"-f -- git status", "every call of git and of what it starts"},
	{"-e trace=%file -o out.txt make", "the files that make looks at, into out.txt"},
	{"-p 4711 -e openat,close", "two calls of a running process, until Ctrl-C"},
	{"-c -S calls ls", "how often ls makes which call"},
	{"-Z -- ls /nowhere", "only the calls that fail"},
	{`-f --where='openat where pathname ~ "/etc/**" and flags has O_WRONLY' sh`, "files below /etc that are opened for writing only"},
	{"-f --where='elapsed > 100ms' make", "calls that take longer than a tenth of a second"},
}

// describe writes the option's entry in the help.
func (o *option) describe(b *strings.Builder) {
	b.WriteString("  " + o.synopsis() + "\n")
	for line := range strings.Lines(o.help) {
		b.WriteString(helpIndent + strings.TrimSuffix(line, "\n") + "\n")
	}
}

// synopsis is how the option is written: "-o FILE, --output=FILE".
func (o *option) synopsis() string {
	var forms []string
	if o.short != 0 {
		form := "-" + string(o.short)
		if o.arg != "" && !o.optional() {
			form += " " + o.arg
		}
		forms = append(forms, form)
	}
	if o.long != "" {
		form := "--" + o.long
		switch {
		case o.optional():
			form += o.arg
		case o.arg != "":
			form += "=" + o.arg
		}
		forms = append(forms, form)
	}
	return strings.Join(forms, ", ")
}
