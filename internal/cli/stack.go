package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/procfs"
)

// A stacking is what the stack command is asked.
type stacking struct {
	each    bool
	json    bool
	folded  bool
	profile string // the file for it
	samples int
	every   time.Duration
	thread  int
	limit   int
	color   string

	symbols    bool // and neither lines nor inlined calls
	fetch      bool // debug files
	noCache    bool // nothing is kept for the next time
	goroutines bool
	core       string // the file to look at rather than at processes
	root       string // the directory that the files it names are below

	cmd    *cobra.Command
	files  image.Cache
	failed bool // something has been told on standard error
}

// garbage is how much there may be, in percent of what is in use, before it is collected: most of
// what is read of files is kept.
const garbage = 400

// defaultEvery is the time between samples.
const defaultEvery = 10 * time.Millisecond

func newStack() *cobra.Command {
	var s stacking
	cmd := &cobra.Command{
		Use:                   "stack [OPTIONS] PID... | --core FILE [PROGRAM]",
		DisableFlagsInUseLine: true,
		Short:                 "Show the call stacks of running programs and of cores",
		Long:                  stackAbout + stackOptions,
		Example:               stackExamples,
		RunE: func(cmd *cobra.Command, args []string) error {
			runtime.UnlockOSThread() // init locked it for becomeProgram
			debug.SetGCPercent(garbage)
			s.cmd = cmd
			return s.run(args)
		},
		ValidArgsFunction: s.complete,
	}
	flags := cmd.Flags()
	flags.BoolVar(&s.each, "each", false, "each thread by itself")
	flags.IntVar(&s.thread, "thread", 0, "one thread only")
	flags.IntVar(&s.limit, "limit", 0, "how many frames at most")
	flags.BoolVar(&s.json, "json", false, "as data")
	flags.BoolVar(&s.folded, "folded", false, "for flame graphs")
	flags.IntVarP(&s.samples, "samples", "n", 0, "how often to look")
	flags.DurationVar(&s.every, "every", defaultEvery, "from one look to the next")
	flags.StringVar(&s.profile, "pprof", "", "a file for pprof")
	flags.BoolVar(&s.goroutines, "goroutines", false, "goroutines rather than threads")
	flags.StringVar(&s.core, "core", "", "a core rather than processes")
	flags.BoolVar(&s.symbols, "symbols", false, "neither lines nor inlined calls")
	flags.StringVar(&s.root, "root", "", "where a core's files are")
	flags.BoolVar(&s.fetch, "debuginfod", false, "fetch debug files")
	flags.BoolVar(&s.noCache, "no-cache", false, "keep nothing")
	flags.StringVar(&s.color, "color", "auto", "whether to color")
	cmd.RegisterFlagCompletionFunc("color", cobra.FixedCompletions(optionWords()["color"], cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

const stackAbout = "Shows in which calls the threads of a process are: C, C++, Rust and Go, stripped or not. The\n" +
	"process is held for about a millisecond, while registers and stacks are copied; only then is\n" +
	"anything looked up. Threads with the same stack are shown once.\n\n" +
	"With --core, shows a process as it was when the kernel or a debugger wrote it to a file.\n\n" +
	"The exit status is 1 if the stacks of a process could not be had, or a core's not in full.\n\n"

const stackOptions = "Options:\n" +
	"  --each         show each thread by itself\n" +
	"  --thread TID   show one thread only\n" +
	"  --limit N      show the N innermost calls\n" +
	"  --json         as data, one line for each process\n" +
	"  --folded       one line for each different stack, for flame graphs\n" +
	"  -n N           look N times and merge what is seen to one tree, or with --folded, --json\n" +
	"  --every TIME   from one look to the next (10ms)\n" +
	"  --pprof FILE   with -n, --goroutines or --core: write a profile that go tool pprof reads\n" +
	"  --goroutines   show the goroutines of a Go program rather than its threads\n" +
	"  --core FILE    show the threads of a core; PROGRAM if that is not where it was\n" +
	"  --root DIR     look below DIR for the files that the core names\n" +
	"  --symbols      name functions by symbols alone: faster, without lines and inlined calls\n" +
	"  --debuginfod   fetch debug files that are not installed from $DEBUGINFOD_URLS, with\n" +
	"                 debuginfod-find\n" +
	"  --no-cache     neither use nor keep decompressed debug information in $XDG_CACHE_HOME/trapline\n" +
	"  --color WHEN   auto, always or never"

const stackExamples = "  trapline stack 4711\n" +
	"  trapline stack --json $(pidof redis-server)\n" +
	"  trapline stack -n 500 --folded 4711 | flamegraph.pl >stacks.svg\n" +
	"  trapline stack -n 500 --pprof stacks.pb.gz 4711\n" +
	"  trapline stack --core core.4711"

// run shows the stacks of the processes that args name.
func (s *stacking) run(args []string) error {
	if err := s.check(args); err != nil {
		return err
	}
	if s.fetch {
		s.files.Debuginfod = &image.Debuginfod{}
	}
	if !s.noCache && !s.symbols {
		s.files.Store = openStore()
		defer s.files.Store.Save()
	}
	if s.core != "" {
		return s.faults(s.lookAtCore(args))
	}
	var subjects []*subject
	for _, arg := range args {
		pid, err := strconv.Atoi(arg)
		if err != nil || pid <= 0 {
			return complaint("invalid process id: '%s'", arg)
		}
		subjects = append(subjects, s.subject(pid))
	}
	return s.faults(s.look(subjects))
}

// openStore returns where sections that were decompressed are kept: nil, which keeps nothing, if that
// cannot be.
func openStore() *image.Store {
	dir, err := os.UserCacheDir()
	if err != nil {
		return nil
	}
	store, _ := image.OpenStore(filepath.Join(dir, "trapline", "sections"))
	return store
}

// faults is the error of a run, or that faults have been told.
func (s *stacking) faults(err error) error {
	if err == nil && s.failed {
		return errFaults
	}
	return err
}

// check refuses what makes no sense.
func (s *stacking) check(args []string) error {
	ofCore := s.cmd.Flags().Changed("core")
	if ofCore {
		if err := s.checkCore(args); err != nil {
			return err
		}
	}
	switch {
	case s.root != "" && !ofCore:
		return complaint("--root is for the files that a core names: give --core FILE, too")
	case len(args) == 0 && !ofCore:
		return complaint("a process id is missing; trapline help stack says more")
	case s.json && s.folded:
		return complaint("--json and --folded are two forms; choose one")
	case s.samples < 0 || s.limit < 0 || s.thread < 0 || s.every <= 0:
		return complaint("numbers and times must be above zero")
	case s.goroutines && s.thread > 0:
		return complaint("--thread and --goroutines exclude each other")
	case s.profile != "" && s.samples == 0 && !s.goroutines && !ofCore:
		return complaint("--pprof needs samples: say how many with -n")
	case s.profile != "" && len(args) > 1:
		return complaint("--pprof writes the profile of one process")
	case s.color != "auto" && s.color != "always" && s.color != "never":
		return complaint("invalid --color argument: '%s'", s.color)
	}
	return nil
}

// fail tells of an error and lets the others go on.
func (s *stacking) fail(err error) {
	s.failed = true
	s.cmd.PrintErrln("trapline: " + err.Error())
}

// complete completes the ids of processes, or the program of a core.
func (s *stacking) complete(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if s.core != "" {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return completeProcesses(cmd, args, typed)
}

// completeProcesses completes the ids of processes that have a program.
func completeProcesses(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	entries, _ := os.ReadDir("/proc")
	var found []string
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() || !strings.HasPrefix(e.Name(), typed) {
			continue
		}
		if args, err := procfs.Cmdline(pid); err == nil && len(args) > 0 {
			found = append(found, fmt.Sprintf("%d\t%s", pid, quoted(args)))
		}
	}
	return found, cobra.ShellCompDirectiveNoFileComp
}
