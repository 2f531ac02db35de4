package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/render/json"
	"github.com/trapline/trapline/render/strace"
	"github.com/trapline/trapline/render/summary"
	"github.com/trapline/trapline/trace"
)

var formatCaller = caller{"trapline", "trapline format"}

// formatMain is the format command: it shows a recorded trace as text.
func formatMain(args []string) int {
	s := newSettings(formatCaller.name)
	s.replaying = true
	file, err := s.parseFormat(args)
	if err == nil {
		err = s.format(file)
	}
	var bad *usageError
	switch {
	case err == nil && s.lost:
		return 1
	case err == nil:
		return 0
	case errors.Is(err, errHelp):
		fmt.Print(formatHelp())
		return 0
	case errors.As(err, &bad):
		s.warn("%s\nTry '%s -h' for more information.", err, formatCaller.command)
		return 1
	}
	return s.fail(err)
}

// parseFormat reads the arguments of the format command, whose options may stand
// behind the file's name too.
func (s *settings) parseFormat(args []string) (file string, err error) {
	file = "-"
	for named := false; len(args) > 0; args = args[1:] {
		args, err = getopt(args, s.applyFormat)
		if err != nil || len(args) == 0 {
			break
		}
		if named {
			return "", usage("one trace at a time: '%s' is a second one", args[0])
		}
		file, named = args[0], true
	}
	s.settle()
	return file, err
}

func (s *settings) applyFormat(o *option, g given) error {
	if !o.replayed() {
		return usage("%s is nothing to ask of a recorded trace", o)
	}
	return o.apply(s, g)
}

// unreplayed are the options of the groups below that need the program itself.
var unreplayed = []string{"tips", "kvm", "read", "write", "output-format", "output-separately", "summary-wall-clock", "trace-fds", "trace-path", "version", "where"}

// replayed reports whether the option is the format command's too.
func (o *option) replayed() bool {
	switch o.group {
	case general, filtering, format, statistics, miscellaneous:
		return o.set != nil && !slices.Contains(unreplayed, o.long)
	}
	return o.long == "follow-forks"
}

// format shows the trace in file, which is standard input when it is called "-".
func (s *settings) format(file string) error {
	in := os.Stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return complaint("Can't fopen '%s': %s", file, reason(err))
		}
		defer f.Close()
		in = f
	}
	out, err := s.openFormatted()
	if err != nil {
		return err
	}
	defer out.close()
	var table *summary.Table
	if s.counting() {
		table = summary.New(s.table)
		s.render.Counter = table
	}
	err = replay(strace.NewReplay(s.render), json.NewOrdered(json.NewReader(in)))
	if table != nil {
		table.WriteTo(writer{out.sink})
	}
	return err
}

// openFormatted opens what -o asks for, or standard output.
func (s *settings) openFormatted() (*output, error) {
	o := &output{messages: strace.NewFileSink(os.Stderr, strace.Immediate)}
	s.render.Quiet |= strace.QuietAttach
	if s.hasOutput {
		if err := o.open(s); err != nil {
			return nil, err
		}
	} else {
		o.file, o.sink = os.Stdout, s.newSink(os.Stdout, "standard output")
	}
	s.render.Style.Color = s.colored(o.file)
	if !s.summaryOnly {
		s.render.Out = o.sink
	}
	return o, nil
}

// replay shows moment after moment.
func replay(r *strace.Replay, from *json.Ordered) error {
	defer r.Close()
	for {
		m, err := from.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		replayMoment(r, m)
	}
}

func replayMoment(r *strace.Replay, m json.Moment) {
	sig := syscall.Signal(m.Signal)
	switch m.Kind {
	case json.Header:
		r.Begin(m.Strings)
	case json.Call:
		replayCall(r, m)
	case json.Signal:
		r.Signal(m.TID, sig, m.Info, m.Stack, m.PC, m.Time)
	case json.Stop:
		r.Stopped(m.TID, sig, m.Stack, m.PC, m.Time)
	case json.Exit:
		e := &trace.Exited{Code: m.Code, Signal: sig, CoreDumped: m.Core, Superseded: m.Superseded, By: m.By}
		r.Exited(m.TID, e, m.Time)
	case json.Exec:
		r.Exec(m.TID, m.Former)
	case json.Task:
		r.NewTask(m.TID, m.Parent)
	case json.Attach:
		r.Attached(m.TID)
	case json.Detach:
		r.Detached(m.TID)
	case json.Personality:
		r.Personality(m.TID, abi.Call{ABI: m.ABI, NR: m.NR}, m.PC, m.Time)
	}
}

func replayCall(r *strace.Replay, m json.Moment) {
	c := &strace.Recorded{
		Name: m.Name, Args: m.Args, Known: m.Known, Complete: !m.Incomplete,
		Resumed: m.Resumes, Resumes: m.Resumed,
		Result: m.Result, Ret: m.Ret, After: m.After, Submitted: m.Submitted, Tampered: m.Tampered, Stack: m.Stack, Took: m.Duration,
	}
	c.ABI, c.NR, c.Call.Args = m.ABI, m.NR, m.Words
	if m.Entry {
		r.Enter(m.TID, c, m.PC, m.Time)
		return
	}
	tid, end := m.TID, m.Time.Add(m.Duration)
	if m.Became != 0 {
		tid = m.Became
	}
	pc := m.PC
	if m.PCAfter != 0 {
		pc = m.PCAfter
	}
	switch m.Status {
	case json.Successful, json.Failed:
		r.Exit(tid, c, pc, end)
	case json.Unfinished:
		r.Gone(tid, m.Stack, end)
	}
}

// newFormat is the format command as cobra lists and completes it. Main runs it
// without cobra.
func newFormat() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "format [OPTIONS] [FILE]",
		Short: "Show a trace recorded with --output-format=json as text",
		RunE: func(_ *cobra.Command, args []string) error {
			os.Exit(formatMain(args))
			return nil
		},
	}
	cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) { fmt.Fprint(cmd.OutOrStdout(), formatHelp()) })
	declare(cmd.Flags(), (*option).replayed)
	complete(cmd)
	return cmd
}

// formatHelp is the help of the format command.
func formatHelp() string {
	var b strings.Builder
	b.WriteString("Usage: " + formatCaller.command + " [OPTIONS] [FILE]\n\n" +
		"Show a trace that trapline trace --output-format=json has recorded, in FILE or on\n" +
		"standard input, as text. Options mean what they mean for trapline trace; what was\n" +
		"not recorded cannot be shown.\n")
	for g, name := range groupNames {
		head := "\n" + name + ":\n"
		for i := range options {
			if o := &options[i]; o.group == group(g) && o.replayed() {
				b.WriteString(head)
				o.describe(&b)
				head = ""
			}
		}
	}
	b.WriteString("\nExamples:\n")
	for _, e := range formatExamples {
		b.WriteString("  " + e.args + "\n" + helpIndent + e.what + "\n")
	}
	return b.String()
}

var formatExamples = [...]struct{ args, what string }{
	{"trapline trace --output-format=json -s 4096 -v -f -o make.json make", "record a run of make with all there is to know"},
	{"trapline format make.json -s 20 -e trace=%file", "what it did with files, in short"},
	{"trapline format -Z -tt -T make.json", "what failed, with times"},
	{"trapline format -c make.json", "how often it made which call"},
}
