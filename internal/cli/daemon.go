package cli

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"syscall"

	"github.com/trapline/trapline/trace"
)

// daemon says where the tracer runs (-D). This process becomes the program, so that
// it is its caller's child; the tracer is a grandchild:
//
//	this process   starts a helper, waits for it, waits to be seized, execs the program
//	the helper     starts the tracer and ends, so that the program never sees a child
//	the tracer     seizes this process and opens its gate
type daemon uint8

const (
	grandchild daemon = 1 + iota // in a grandchild
	pgroup                       // in a process group of its own
	session                      // in a session of its own
)

// daemonName is the argument zero of the helper and of the tracer. The program's
// process id follows, or helperStage and the id, then the caller and its arguments.
const daemonName = "trapline-daemon"

const helperStage = "helper"

// gateFD is the end of the gate in the helper and in the tracer.
const gateFD = 3

// init keeps main on the process's main thread: the one whose id is the process's,
// which must be the one that executes the program.
func init() { runtime.LockOSThread() }

// becomeProgram starts the tracer and becomes the program. It returns only when that
// fails.
func (s *settings) becomeProgram(c caller, args []string) int {
	command, err := s.command()
	if err != nil {
		return s.fail(err)
	}
	gate, err := startHelper(c, args)
	if err != nil {
		return s.fail(err)
	}
	allowTracer()
	if err := becomeUser(command.Credential); err != nil {
		return s.fail(err)
	}
	// An error means that the tracer has not come, and it has said why.
	trace.Launch(gate, command.Path, command.Args, command.Env, s.wanted())
	return 1
}

func startHelper(c caller, args []string) (gate *os.File, err error) {
	gate, theirs, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("pipe: %s", reason(err))
	}
	defer theirs.Close()
	argv := append([]string{daemonName, helperStage, strconv.Itoa(os.Getpid()), c.name, c.command}, args...)
	helper, err := reexec(argv, theirs, nil)
	if err != nil {
		return nil, err
	}
	if _, err := helper.Wait(); err != nil {
		return nil, fmt.Errorf("wait: %s", reason(err))
	}
	return gate, nil
}

func reexec(argv []string, gate *os.File, sys *syscall.SysProcAttr) (*os.Process, error) {
	p, err := os.StartProcess("/proc/self/exe", argv, &os.ProcAttr{
		Files: []*os.File{os.Stdin, os.Stdout, os.Stderr, gate},
		Sys:   sys,
	})
	if err != nil {
		return nil, fmt.Errorf("start the tracer: %s", reason(err))
	}
	return p, nil
}

// daemonMain is the helper's main, and the tracer's.
func daemonMain(args []string) int {
	helper := len(args) > 0 && args[0] == helperStage
	if helper {
		args = args[1:]
	}
	if len(args) < 3 {
		return 1
	}
	pid, err := strconv.Atoi(args[0])
	if err != nil {
		return 1
	}
	c := caller{args[1], args[2]}
	syscall.CloseOnExec(gateFD)
	gate := os.NewFile(gateFD, "gate")
	s := newSettings(c.name)
	if err := s.parse(args[3:]); err != nil {
		return s.fail(err)
	}
	if helper {
		return s.startTracer(args, gate)
	}
	return s.run(func(r *run) error { return r.adopt(pid, gate) })
}

// startTracer is what the helper is for.
func (s *settings) startTracer(args []string, gate *os.File) int {
	var sys syscall.SysProcAttr
	switch s.daemon {
	case pgroup:
		sys.Setpgid = true
	case session:
		sys.Setsid = true
	}
	if _, err := reexec(append([]string{daemonName}, args...), gate, &sys); err != nil {
		return s.fail(err)
	}
	return 0
}

// adopt takes the process that becomes the program, and attaches to others.
func (r *run) adopt(pid int, gate *os.File) error {
	if _, err := r.attach(); err != nil {
		return err
	}
	if err := r.s.prepare(pid); err != nil {
		return err
	}
	path, err := findProgram(r.s.program[0])
	if err != nil {
		return err
	}
	r.child = pid
	if err := r.tracer.Adopt(pid, gate, path); err != nil {
		return err
	}
	r.printer.Attached(pid, 1)
	return nil
}

// allowTracer lets any process trace this one where Yama allows only ancestors.
func allowTracer() {
	const setPtracer, anyone = 0x59616d61, ^uintptr(0) // <linux/prctl.h>
	syscall.RawSyscall(syscall.SYS_PRCTL, setPtracer, anyone, 0)
}

func becomeUser(c *syscall.Credential) error {
	if c == nil {
		return nil
	}
	groups := make([]int, len(c.Groups))
	for i, g := range c.Groups {
		groups[i] = int(g)
	}
	if err := syscall.Setgroups(groups); err != nil {
		return fmt.Errorf("setgroups: %s", reason(err))
	}
	if err := syscall.Setgid(int(c.Gid)); err != nil {
		return fmt.Errorf("setgid: %s", reason(err))
	}
	if err := syscall.Setuid(int(c.Uid)); err != nil {
		return fmt.Errorf("setuid: %s", reason(err))
	}
	return nil
}
