package cli

import (
	"bufio"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/probe"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/variable"
)

// A probing is what the probe command is asked.
type probing struct {
	visit
	places  []string
	watches []string
	returns bool
	stack   bool
	locals  bool
	counts  bool
	json    bool
	stop    bool
	print   string
	limit   uint64
	each    uint64
	frames  int
	strings int
	output  string

	probes []*probe.Probe
	told   map[*probe.Probe]bool // that their places are nowhere
}

func newProbe() *cobra.Command {
	p := probing{told: map[*probe.Probe]bool{}}
	cmd := &cobra.Command{
		Use:                   "probe {-b PLACE | -w WHAT}... [OPTIONS] -- COMMAND [ARGS] | -p PID...",
		DisableFlagsInUseLine: true,
		Short:                 "Tell when programs come to functions and lines, and who changes variables",
		Long:                  probeAbout + probeOptions,
		Example:               probeExamples,
		RunE: func(cmd *cobra.Command, args []string) error {
			p.cmd, p.program = cmd, args
			return p.run()
		},
	}
	flags := cmd.Flags()
	flags.SetInterspersed(false)
	flags.StringArrayVarP(&p.places, "break", "b", nil, "where to look")
	flags.StringArrayVarP(&p.watches, "watch", "w", nil, "what to watch")
	flags.IntSliceVarP(&p.pids, "attach", "p", nil, "processes that run")
	flags.BoolVarP(&p.returns, "return", "r", false, "tell when functions return")
	flags.BoolVarP(&p.stack, "stack", "k", false, "tell the calls that led there")
	flags.IntVar(&p.frames, "frames", 0, "how many calls at most")
	flags.BoolVarP(&p.locals, "locals", "l", false, "show variables, too")
	flags.StringVar(&p.print, "print", "", "what to show")
	flags.IntVarP(&p.strings, "string-limit", "s", variable.DefaultLimits.Strings, "how much of a string to show")
	flags.BoolVar(&p.stop, "stop", false, "stop there and ask")
	flags.BoolVar(&p.json, "json", false, "as data")
	flags.Uint64Var(&p.each, "limit-each", 0, "no more than so many hits of each")
	flags.BoolVarP(&p.counts, "count", "c", false, "count only")
	flags.Uint64Var(&p.limit, "limit", 0, "end after so many hits")
	flags.StringVarP(&p.output, "output", "o", "", "a file to write to")
	cmd.RegisterFlagCompletionFunc("attach", completeProcesses)
	return cmd
}

const probeAbout = "Tells each time a program comes to one of the places: when, which thread, where. The program is\n" +
	"not stopped for longer than that takes, its other threads not at all, and it need not be built for\n" +
	"it. PLACE is one of\n" +
	"  FUNCTION           name, class::name, name(int), package.name or FILE:name; * stands for anything\n" +
	"  FILE:LINE          the end of a path is enough\n" +
	"  LIBRARY:FUNCTION   in this library or program only: libc:malloc\n" +
	"  0xADDRESS          of the program's file, with -p of the process; LIBRARY:0xADDRESS of that file\n" +
	"in what is loaded now and in what will be: all copies of templates and inlined calls. Behind it may\n" +
	"stand\n" +
	"  if CONDITION       tell only if it holds: n > 100 && req->path[0] == '/'\n" +
	"  print EXPRESSION,...\n" +
	"                     show that instead of the arguments: print req->path, *len, $rsp\n" +
	"WHAT is a variable, or an expression that has an address: counter, stats.hits, table[3].next,\n" +
	"head->next, main.total, *(int *)0x7f001000, 0x7f001000/8. It is told when its value changes, and\n" +
	"which line has done it. FILE: or LIBRARY: may stand before it, and before that\n" +
	"  w:WHAT             each write, of the same value too\n" +
	"  r:WHAT             each read, and each write of the same value\n" +
	"  rw:WHAT            each read and write\n" +
	"  x:WHAT             each time the instruction there is run: a function, a pointer to one\n" +
	"and behind it if and print as behind a place. The processor watches four times 8 bytes.\n" +
	"An expression is made of variables, members, elements and operators as in C; text in quotes compares\n" +
	"with strings.\n\n"

const probeOptions = "Options:\n" +
	"  -b, --break PLACE   where to look\n" +
	"  -w, --watch WHAT    what to watch\n" +
	"  -p, --attach PID    look at a process that runs\n" +
	"  -r, --return        tell when functions return, what, and how long they took\n" +
	"  -k, --stack         tell the calls that led there\n" +
	"      --frames N      with -k, the N innermost\n" +
	"  -l, --locals        show the variables of the function\n" +
	"      --print LIST    show these expressions, where a place has none of its own\n" +
	"  -s, --string-limit N\n" +
	"                      show N bytes of strings (64)\n" +
	"  -c, --count         only count, and show how long calls took\n" +
	"      --stop          stop there and open a prompt: bt, locals, print, x, regs, threads, step,\n" +
	"                      next, until, finish, continue, quit\n" +
	"      --limit N       end after N hits\n" +
	"      --limit-each N  tell N hits of each place\n" +
	"      --json          as data, one line for each hit\n" +
	"  -o, --output FILE   write to a file rather than to standard error"

const probeExamples = "  trapline probe -b parse_request -b server.c:210 -- ./server\n" +
	"  trapline probe -c -b libc:malloc -b libc:free -p 4711\n" +
	"  trapline probe -r -k -b 'main.(*Store).Put' -p 4711\n" +
	"  trapline probe -k -w 'stats.errors if stats.errors > 10' -p 4711"

// run looks at the programs.
func (p *probing) run() error {
	if err := p.prepare(); err != nil {
		return err
	}
	out, end, err := p.open()
	if err != nil {
		return err
	}
	limits := variable.DefaultLimits
	limits.Strings = p.strings
	counts := probe.NewCounts(p.probes...)
	var observer probe.Observer = &probe.Text{Out: out, Names: threadName, Limits: limits}
	switch {
	case p.counts:
		observer = counts
	case p.json:
		observer = &probe.JSON{Out: out, Names: threadName, Limits: limits}
	}
	r := probe.NewRun(observer, p.probes...)
	r.Limit, r.Frames, r.Bare = p.limit, p.frames, p.counts
	if p.stop {
		if r.Prompt, err = p.prompt(limits); err != nil {
			return err
		}
	}
	r.Problem = p.warn
	if !p.json {
		r.Blind = p.blind
	}
	p.joined = p.awaited
	err = p.visit.run(r.Set)
	if p.counts {
		counts.WriteTo(out)
	}
	if p.began {
		p.missed()
	}
	end()
	return p.visit.end(err)
}

// prompt makes the prompt. It talks with the terminal; where standard input is something else,
// commands are read from there, as gdb does.
func (p *probing) prompt(limits variable.Limits) (*probe.Prompt, error) {
	in, out := os.Stdin, os.Stderr
	if terminal(os.Stdin) {
		tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
		if err != nil {
			return nil, err
		}
		in, out = tty, tty
	}
	return &probe.Prompt{
		In: bufio.NewReader(in), Out: out, Limits: limits,
		Post: func(f func()) { p.tracer.Post(f) },
		Quit: func() { p.quit() },
	}, nil
}

// prepare checks the command line and makes the probes.
func (p *probing) prepare() error {
	if len(p.places)+len(p.watches) == 0 {
		return complaint("a place is missing: -b FUNCTION, -b FILE:LINE or -w VARIABLE; trapline help probe says more")
	}
	if err := p.check("probe"); err != nil {
		return err
	}
	switch {
	case p.counts && p.json:
		return complaint("-c shows a table; it has no --json")
	case p.counts && p.stop:
		return complaint("-c only counts; it does not --stop")
	}
	var show []*variable.Expr
	if p.print != "" {
		var err error
		if show, err = variable.ParseExprs(p.print); err != nil {
			return err
		}
	}
	if err := p.parse(p.places, probe.Parse, show); err != nil {
		return err
	}
	return p.parse(p.watches, probe.ParseWatch, show)
}

// parse makes probes of some texts. They show what is asked for if they do not say it themselves.
func (p *probing) parse(texts []string, parse func(string) (*probe.Probe, error), show []*variable.Expr) error {
	for _, text := range texts {
		one, err := parse(text)
		if err != nil {
			return err
		}
		if one.Watch == nil {
			p.locate(&one.Place)
		}
		one.Stack, one.Locals, one.Limit = p.stack, p.locals, p.each
		if one.Print == nil {
			one.Print = show
		}
		one.Return = (p.returns || p.counts) && one.Place.Function != ""
		p.probes = append(p.probes, one)
	}
	return nil
}

// locate turns an address of the first process that is looked at into one of a file.
func (p *probing) locate(place *probe.Place) {
	if !place.IsAddress() || place.Module != "" || len(p.pids) == 0 {
		return
	}
	space, err := image.Load(p.pids[0])
	if err != nil {
		return // attaching to it will say why
	}
	m := space.At(abi.Addr(place.Addr))
	if m == nil {
		return
	}
	if _, err := m.File(); err == nil {
		place.Module, place.Addr = m.Path, place.Addr-m.Bias()
	}
}

// awaited tells of places that are nowhere in processes that have been attached to: what they may
// load later is not for everyone to wait for.
func (p *probing) awaited() {
	for _, one := range p.probes {
		if err := one.Missing(); err != nil {
			p.warn(fmt.Errorf("%w; libraries that are loaded later will be looked at", err))
			p.told[one] = true
		}
	}
}

// blind tells of a file without debug information, and where that is to be had.
func (p *probing) blind(m *image.Module) {
	hint := "compile with -g to see them"
	if name := debugPackage(m.Path); name != "" {
		hint = "Debian has it in " + name
	}
	p.warn(fmt.Errorf("%s has no debug information, without which there are no arguments and lines; %s", m.Path, hint))
}

// missed tells of places that were nowhere.
func (p *probing) missed() {
	for _, one := range p.probes {
		if err := one.Missing(); err != nil && !p.told[one] {
			p.warn(err)
		}
		if one.Hits == 0 && one.If != nil && one.Fault != nil {
			p.warn(fmt.Errorf("%s if %s: %w", one.Place.Text, one.If.Text, one.Fault))
		}
	}
}

// open opens what is written to, and returns the ending of that.
func (p *probing) open() (out io.Writer, end func(), err error) {
	if p.output == "" {
		return os.Stderr, func() {}, nil
	}
	f, err := os.Create(p.output)
	if err != nil {
		return nil, nil, err
	}
	buffered := bufio.NewWriterSize(f, 64<<10)
	return buffered, func() {
		buffered.Flush()
		f.Close()
	}, nil
}

// threadName is the name of a thread; empty if it is gone.
func threadName(tid int) string {
	name, err := procfs.Comm(tid)
	if err != nil {
		return ""
	}
	return name
}
