package ptrace

import (
	"os"
	"syscall"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/fixture"
)

func TestSyscallInfo(t *testing.T) {
	c := seized(t, options, "cat")
	if i := c.info(); i.Op != OpNone || i.NR != 0 || i.PC == 0 || i.SP == 0 {
		t.Errorf("outside a call: %+v", i)
	}
	entry := c.reading()
	if abi.Of(entry.Arch, entry.NR) != host || entry.PC == 0 || entry.SP == 0 {
		t.Errorf("entry is %+v", entry)
	}
	c.say("hello")
	exit := c.next()
	if exit.Op != OpExit || exit.RVal != 5 || exit.IsError || exit.NR != 0 || exit.Args != [6]uint64{} {
		t.Errorf("exit is %+v", exit)
	}
	if exit.PC != entry.PC {
		t.Errorf("exit at %#x, entry at %#x", exit.PC, entry.PC)
	}
}

func TestSyscallError(t *testing.T) {
	c := gated(t, options, "cat", "/nonexistent")
	for {
		if i := c.next(); i.Op == OpExit && i.IsError && i.RVal == -int64(syscall.ENOENT) {
			return
		}
	}
}

func TestSetSyscallInfo(t *testing.T) {
	c := seized(t, options, "cat")
	needs(c, FeatureSetSyscallInfo)
	c.reading()
	c.say("hello")
	exit := c.next()
	exit.RVal = 4
	must(t, SetSyscallInfo(c.pid, &exit))
	entry := c.entry(syscall.SYS_WRITE, 1)
	if entry.Args[2] != 4 {
		t.Errorf("writes %d bytes after a read of 4", entry.Args[2])
	}
	entry.Args[2] = 3
	must(t, SetSyscallInfo(c.pid, &entry))
	if exit := c.next(); exit.RVal != 3 {
		t.Errorf("wrote %d bytes", exit.RVal)
	}
	c.hears("hel")
}

func TestSetSyscallInfoToError(t *testing.T) {
	c := seized(t, options, "cat")
	needs(c, FeatureSetSyscallInfo)
	c.reading()
	c.say("hello")
	exit := c.next()
	exit.RVal, exit.IsError = -int64(syscall.EIO), true
	must(t, SetSyscallInfo(c.pid, &exit))
	if got := c.info(); got.RVal != exit.RVal || !got.IsError {
		t.Errorf("exit became %+v", got)
	}
}

func TestSysEmu(t *testing.T) {
	c := seized(t, options, "cat")
	c.reading()
	c.say("hello")
	c.next()
	must(t, SysEmu(c.pid, 0)) // to the entry of write, which will not run
	if s := c.wait(); !s.SyscallStop() {
		t.Fatalf("stop is %+v", s)
	}
	r := regs(c)
	r.Values[r.ABI.Result] = 5 // so that cat is content
	must(t, SetRegs(c.pid, &r))
	if i := c.reading(); i.Op != OpEntry {
		t.Errorf("went on to %+v", i)
	}
}

func TestSysEmuSingleStep(t *testing.T) {
	c := seized(t, options, "cat")
	entry := c.reading()
	c.say("hello")
	c.next()
	// The first step is one instruction, not a call.
	must(t, SysEmuSingleStep(c.pid, 0))
	if s := c.wait(); s.SyscallStop() || s.StopSignal() != syscall.SIGTRAP {
		t.Errorf("step ends in %+v", s)
	}
	if r := regs(c); uint64(r.PC()) == entry.PC {
		t.Errorf("still at %s", r.PC())
	}
}

func TestSingleStep(t *testing.T) {
	c := seized(t, options, "cat")
	c.reading()
	c.say("hello")
	before := c.next().PC
	must(t, SingleStep(c.pid, 0))
	if s := c.wait(); s.StopSignal() != syscall.SIGTRAP || s.SyscallStop() || s.Event() != 0 {
		t.Errorf("step ends in %+v", s)
	}
	if r := regs(c); uint64(r.PC()) == before {
		t.Errorf("still at %#x", before)
	}
}

func TestSeccomp(t *testing.T) {
	c := gated(t, options|OptSeccomp|OptFork|OptVFork|OptClone, fixture.Build(t, "seccomp"))
	must(t, Cont(c.pid, 0))
	// The third child's filter answers getppid with RET_TRACE and data 5.
	s := runUntil(t, func(s Status) bool { return s.Event() == EventSeccomp })
	var i SyscallInfo
	must(t, GetSyscallInfo(s.PID, &i))
	if i.Op != OpSeccomp || i.NR != syscall.SYS_GETPPID || i.RetData != 5 {
		t.Errorf("seccomp stop is %+v", i)
	}
	if msg, err := GetEventMsg(s.PID); err != nil || msg != 5 {
		t.Errorf("event message is %d, %v", msg, err)
	}
	dumpsFilter(t, s.PID)
	must(t, Cont(s.PID, 0))
	runUntil(t, func(s Status) bool { return s.PID == c.pid && s.Exited() })
}

// runUntil resumes whatever stops until a status is the one looked for. Signals
// are delivered.
func runUntil(t testing.TB, found func(Status) bool) Status {
	t.Helper()
	for {
		s := waitFor(t, -1)
		if found(s) {
			return s
		}
		if s.Stopped() {
			resume(t, s)
		}
	}
}

func resume(t testing.TB, s Status) {
	t.Helper()
	var sig syscall.Signal
	if s.Event() == 0 && !s.SyscallStop() {
		sig = s.StopSignal()
	}
	if err := Cont(s.PID, sig); err != nil && !Gone(err) {
		t.Fatal(err)
	}
}

// dumpsFilter checks the filter of the seccomp fixture. The kernel shows it to root
// only.
func dumpsFilter(t *testing.T, tid int) {
	t.Helper()
	program, err := GetSeccompFilter(tid, 0)
	if os.Geteuid() != 0 {
		refused(t, err, syscall.EACCES)
		return
	}
	must(t, err)
	want := []SockFilter{
		{0x20, 0, 0, 0},                   // load the number
		{0x15, 0, 1, syscall.SYS_GETPPID}, // is it getppid?
		{0x06, 0, 0, 0x7ff00000 | 5},      // RET_TRACE
		{0x06, 0, 0, 0x7fff0000},          // RET_ALLOW
	}
	if len(program) != len(want) {
		t.Fatalf("filter is %+v", program)
	}
	for i := range want {
		if program[i] != want[i] {
			t.Errorf("instruction %d is %+v, want %+v", i, program[i], want[i])
		}
	}
	_, err = GetSeccompFilter(tid, 1)
	refused(t, err, syscall.ENOENT)
}

func TestInt80FromAMD64(t *testing.T) {
	if host != abi.AMD64 {
		fixture.LeaveOut(t, "no int 0x80 on this machine")
	}
	c := gated(t, options, fixture.Build(t, "int80"))
	for {
		i := c.next()
		if i.Op == OpEntry && abi.Of(i.Arch, i.NR) == abi.I386 {
			if r := regs(c); r.ABI != abi.AMD64 || uint64(r.PC()) != i.PC {
				t.Errorf("registers are %s's, pc %s", r.ABI, r.PC())
			}
			return
		}
	}
}

func TestDispatch(t *testing.T) {
	c := gated(t, options, fixture.Build(t, "dispatch"))
	needs(c, FeatureGetDispatch)
	const setDispatch = 59 // PR_SET_SYSCALL_USER_DISPATCH
	entry := c.entry(syscall.SYS_PRCTL, setDispatch)
	if d, err := GetDispatch(c.pid); err != nil || d != (Dispatch{}) {
		t.Errorf("before: %+v, %v", d, err)
	}
	c.next()
	want := Dispatch{Mode: 1, Selector: abi.Addr(entry.Args[4])}
	if d, err := GetDispatch(c.pid); err != nil || d != want {
		t.Errorf("got %+v, %v, want %+v", d, err, want)
	}
	must(t, SetDispatch(c.pid, Dispatch{}))
	if i := c.next(); i.Op != OpEntry || i.NR != syscall.SYS_GETPPID {
		t.Errorf("getppid is still dispatched: %+v", i)
	}
}
