package trace

import (
	"fmt"
	"os"
	"syscall"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/seccomp"
)

// A Command is a program to start under the tracer.
type Command struct {
	// Path is the file to execute. It is not searched for in PATH.
	Path string
	// Args is the argument vector, Args[0] included.
	Args []string
	// Env is the environment; nil means the tracer's own.
	Env []string
	// Dir is the working directory; empty means the tracer's own.
	Dir string
	// Stdin, Stdout and Stderr are the program's; nil means the tracer's own.
	Stdin, Stdout, Stderr *os.File
	// Credential changes user and groups before the program starts.
	Credential *syscall.Credential
}

// A StartError says that the kernel refused to execute a program.
type StartError struct {
	Path string
	Err  syscall.Errno
}

func (e *StartError) Error() string { return "trace: execute " + e.Path + ": " + e.Err.Error() }
func (e *StartError) Unwrap() error { return e.Err }

// launchStage is how far a task is from being the program it was started for.
type launchStage uint8

const (
	launched  launchStage = iota // it is the program
	launching                    // it runs our code and waits at the gate
	ready                        // its next call is the execve
	execing                      // inside that
	refused                      // that failed; it is about to exit
)

// Start launches a program under the tracer and returns its process id. The first
// event that handlers see is the SyscallEnter of its execve, or its Exec event when
// Options do not ask for system calls; when the kernel refuses to execute it, Run
// returns a *StartError. Start may be called before Run, and
// during it from handlers and posted functions.
//
// The program starts as a child of this thread, which waits until it has been seized:
// so no instruction of the program itself runs untraced.
func (t *Tracer) Start(c *Command) (pid int, err error) {
	t.onThread(func() { pid, err = t.start(c) })
	return pid, err
}

// Adopt is Start for a process that waits in Launch with the other end of gate; it
// closes gate. The process need not be a child. program is what it will execute.
func (t *Tracer) Adopt(pid int, gate *os.File, program string) (err error) {
	t.onThread(func() { err = t.adopt(pid, gate, program) })
	return err
}

// onThread runs f on the tracer's thread and waits for it.
func (t *Tracer) onThread(f func()) {
	if ptrace.Gettid() == t.thread.TID() {
		f()
	} else {
		t.thread.Do(f)
	}
}

func (t *Tracer) start(c *Command) (int, error) {
	t.placement.raise() // what the program would inherit
	theirs, ours, err := os.Pipe()
	if err != nil {
		return 0, fmt.Errorf("trace: start %s: %w", c.Path, err)
	}
	defer theirs.Close()
	child, err := ptrace.Fork(&ptrace.Launch{
		Path:       c.Path,
		Args:       c.Args,
		Env:        c.environ(),
		Dir:        c.Dir,
		Files:      [3]int{fd(c.Stdin, 0), fd(c.Stdout, 1), fd(c.Stderr, 2)},
		Credential: c.Credential,
		Gate:       int(theirs.Fd()),
		GateOther:  int(ours.Fd()),
		Filter:     t.sieve.filter(),
	})
	if err != nil {
		ours.Close()
		return 0, fmt.Errorf("trace: start %s: %w", c.Path, err)
	}
	if err := t.adopt(child.PID, ours, c.Path); err != nil {
		syscall.Kill(child.PID, syscall.SIGKILL)
		syscall.Wait4(child.PID, nil, 0, nil)
		return 0, err
	}
	t.tasks[child.PID].child = child
	return child.PID, nil
}

func (t *Tracer) adopt(pid int, gate *os.File, program string) error {
	defer gate.Close()
	// Only what the launcher needs; the rest of the options follows when the program
	// is there.
	const later = ptrace.OptFork | ptrace.OptVFork | ptrace.OptClone | ptrace.OptExit
	if err := ptrace.Seize(pid, t.options.ptrace()&^later); err != nil {
		return err
	}
	task := t.add(pid, pid)
	task.launching, task.program = launching, program
	if _, err := gate.Write([]byte{1}); err != nil {
		return fmt.Errorf("trace: open the gate of %d: %w", pid, err)
	}
	return nil
}

// launchSignal handles a signal of a task on its way to its program. By SIGSTOP it says
// that all that remains is the execve: from there its calls are looked at.
func (t *Tracer) launchSignal(task *Task, sig syscall.Signal) {
	if task.launching == launching && sig == syscall.SIGSTOP {
		task.launching, sig = ready, 0
	}
	t.resume(task, task.launchMode(), sig)
}

func (t *Task) launchMode() Mode {
	if t.launching == launching {
		return Run
	}
	return Syscall
}

// launchStop handles the system calls of the launcher: only its execve is anybody
// else's business.
func (t *Tracer) launchStop(task *Task) {
	i := &t.info
	switch {
	case task.launching == ready && i.Op == ptrace.OpEntry && i.NR == abi.Native.ExecNR:
		task.launching = execing
		t.launchCall(task, t.entered)
	case task.launching == execing && i.Op == ptrace.OpExit:
		task.launching, task.refusal = refused, syscall.Errno(-i.RVal)
		t.launchCall(task, t.left)
	default:
		t.resume(task, Syscall, 0)
	}
}

// launchCall reports half of the launcher's execve if anybody wants system calls.
func (t *Tracer) launchCall(task *Task, report func(*Task)) {
	if t.options.Syscalls {
		report(task)
	} else {
		t.resume(task, Syscall, 0)
	}
}

// launchDone is called when the program has taken the launcher's place.
func (t *Tracer) launchDone(task *Task) {
	task.launching, task.child = launched, nil
	t.failed(ptrace.SetOptions(task.tid, t.options.ptrace()))
}

// launchFailed is called when the launcher has ended without becoming the program.
func (t *Tracer) launchFailed(task *Task, s ptrace.Status) {
	if task.launching == launching {
		task.refusal = syscall.Errno(s.ExitCode()) // see ptrace.Fork
	}
	if task.refusal != 0 {
		t.startErr = &StartError{Path: task.program, Err: task.refusal}
	}
	t.deliver(task, ended(s))
}

func (c *Command) environ() []string {
	if c.Env == nil {
		return os.Environ()
	}
	return c.Env
}

func fd(f *os.File, standard int) int {
	if f == nil {
		return standard
	}
	return int(f.Fd())
}

// Launch waits on gate until a Tracer has adopted this process, then executes a
// program in its place: the other way round from Start, for a tracer that is not to
// be the program's parent. It must run on the process's main thread. It returns only
// an error that the tracer cannot see; a refused execve ends the process with
// status 1, because the tracer reports it. wanted is the tracer's Options.Seccomp.
func Launch(gate *os.File, path string, args, env []string, wanted []seccomp.Rule) error {
	if _, err := gate.Read(make([]byte, 1)); err != nil {
		return fmt.Errorf("trace: the tracer of %s has gone: %w", path, err)
	}
	if wanted != nil {
		if err := ptrace.SetFilter(newSieve(wanted).filter()); err != nil {
			return err
		}
	}
	pid := syscall.Getpid()
	if err := ptrace.Tgkill(pid, pid, syscall.SIGSTOP); err != nil { // see launchSignal
		return fmt.Errorf("trace: stop before executing %s: %w", path, err)
	}
	syscall.Exec(path, args, env)
	os.Exit(1)
	return nil
}
