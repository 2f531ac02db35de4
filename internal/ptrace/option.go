package ptrace

// An Option is a set of PTRACE_O_* bits.
type Option uint

// The options of <linux/ptrace.h>.
const (
	OptSysGood        Option = 1 << 0
	OptFork           Option = 1 << 1
	OptVFork          Option = 1 << 2
	OptClone          Option = 1 << 3
	OptExec           Option = 1 << 4
	OptVForkDone      Option = 1 << 5
	OptExit           Option = 1 << 6
	OptSeccomp        Option = 1 << 7
	OptExitKill       Option = 1 << 20
	OptSuspendSeccomp Option = 1 << 21
)

// Seize makes the task a tracee of the calling thread without stopping it. It can
// wait for an execve in progress.
func Seize(tid int, o Option) error { return seize.slowly(tid, 0, uintptr(o)) }

// SetOptions replaces the options of a stopped task.
func SetOptions(tid int, o Option) error { return setOptions.do(tid, 0, uintptr(o)) }
