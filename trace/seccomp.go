package trace

import (
	"slices"
	"syscall"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/seccomp"
)

// A sieve is the seccomp filter that started programs run under, so that they stop only
// at the calls that somebody asked for. A task runs by PTRACE_CONT until the filter stops
// it at a call's entry, from there by PTRACE_SYSCALL to the exit, and then by PTRACE_CONT
// again.
//
// A filter is for good and for all descendants, and where it says RET_TRACE to a task
// without a tracer the kernel answers ENOSYS. So no task may lose its tracer: those that
// the program wants untraced are traced all the same (see bind), those to be detached
// are traced in silence (see mute), and when the tracer is killed all are.
type sieve struct {
	rules     []seccomp.Rule
	program   seccomp.Program
	inherited bool // we ourselves have a filter
}

// The tags by which our filter's stops are told from those of a program's own filters.
const (
	tagWanted = 0x7470 // somebody asked for the call
	tagOwn    = 0x7471 // only the engine did
)

func newSieve(wanted []seccomp.Rule) *sieve {
	rules := slices.Clone(wanted)
	for i := range rules {
		rules[i].Tag = tagWanted
	}
	for a, own := range ownCalls {
		rules = append(rules, own.rules(a, wanted)...)
	}
	return &sieve{rules, seccomp.Compile(rules), ptrace.Filtered()}
}

// filter is the program as the kernel takes it.
func (s *sieve) filter() []ptrace.SockFilter {
	if s == nil {
		return nil
	}
	filter := make([]ptrace.SockFilter, len(s.program.Code))
	for i, in := range s.program.Code {
		filter[i] = ptrace.SockFilter(in)
	}
	return filter
}

// CanFilter says whether the kernel has what Options.Seccomp needs.
func CanFilter() bool { return ptrace.CanFilter() }

// newSieveFor is newSieve for the options that ask for one; nil for others, which then
// do not.
func newSieveFor(o *Options) *sieve {
	if o.Seccomp == nil || !o.Syscalls || !o.Follow {
		o.Seccomp = nil
		return nil
	}
	return newSieve(o.Seccomp)
}

// seccompStop handles PTRACE_EVENT_SECCOMP: a filter has answered RET_TRACE.
func (t *Tracer) seccompStop(task *Task) {
	i := &t.info
	if t.failed(ptrace.GetSyscallInfo(task.tid, i)) || i.Op != ptrace.OpSeccomp { // overtaken
		return
	}
	if task.launching != launched {
		t.resume(task, task.launchMode(), 0)
		return
	}
	if abi.Addr(i.PC)&^0xfff == vsyscall {
		t.resume(task, task.mode, 0) // no call for ptrace: it has no exit
		return
	}
	var a Action
	switch v := t.verdict(task); {
	case task.inCall: // seen at its entry already
		a.Mode = task.mode
	case !v.Stop:
	case v.Tag == tagOwn:
		t.note(task)
		task.unseen = true
	default:
		a = t.deliver(task, t.note(task))
		t.send(task, a.Signal)
		if t.apply(task, &a); a.Return != nil && a.Mode <= Syscall {
			a = t.answered(task)
			t.send(task, a.Signal)
		}
	}
	t.bind(task)
	t.resume(task, a.Mode, 0)
}

// answered reports the exit of a call that is not made, which needs no stop of its own:
// the kernel leaves the registers as they are.
func (t *Tracer) answered(task *Task) Action {
	e := &task.exit
	*e = SyscallExit{Call: task.enter.Call, PC: task.enter.PC, Entered: true}
	if task.isReplaced() {
		e.Result = *task.replacement.result
	}
	task.noteRestart(e)
	task.inCall = false
	a := t.deliver(task, e)
	t.apply(task, &a)
	t.failed(task.skipCall())
	return a
}

// vsyscall is the page of x86 that the kernel emulates calls from.
const vsyscall = 0xffffffffff600000

// verdict is why the task has stopped. When it is for a filter of its own, the call must
// fail as if nobody traced it, whatever ours makes of it.
func (t *Tracer) verdict(task *Task) seccomp.Verdict {
	i := &t.info
	tag := uint16(i.RetData)
	ours := tag == tagWanted || tag == tagOwn || tag == seccomp.TagUnknown
	if ours && t.sieve.program.Exact {
		return seccomp.Verdict{Stop: true, Tag: tag}
	}
	v := seccomp.Decide(t.sieve.rules, i.Arch, uint32(i.NR), &i.Args)
	if !ours {
		t.failed(task.skipCall())
	}
	return v
}

// skipCall has the kernel leave the call out, which then returns ENOSYS.
func (t *Task) skipCall() error {
	regs, err := t.Regs()
	if err != nil {
		return err
	}
	if regs.ABI.NR < 0 {
		return ptrace.SetRegSet(t.tid, ptrace.NTArmSystemCall, []byte{0xff, 0xff, 0xff, 0xff})
	}
	regs.Values[regs.ABI.NR] = regs.ABI.TruncateReg(^uint64(0))
	return ptrace.SetRegs(t.tid, &regs)
}

// returned does what the engine has to do after a call under a filter. It says whether
// the call was nobody else's.
func (t *Tracer) returned(task *Task, e *SyscallExit) (unseen bool) {
	t.failed(task.unbind())
	if !e.Entered {
		return task.unseen
	}
	if e.Result.Failed {
		if !task.watchful && !t.sieve.inherited && e.Result.Errno() == int(syscall.EINVAL) && asksStrict(&e.Call) {
			t.goStrict(task, e)
		}
		return task.unseen
	}
	if t.watch(task, &e.Call); !task.watchful && !t.sieve.inherited && asksMode(&e.Call) {
		e.Result.Value = 0 // ours is the only filter
		t.failed(task.setResult(&e.Result))
	}
	return task.unseen
}

// asksMode says whether a call asks if the task has a filter.
func asksMode(c *abi.Call) bool {
	return uint32(c.NR&^c.ABI.NRBit) == ownCalls[c.ABI].prctl && uint32(c.Args[0]) == prGetSeccomp
}

// watch makes a task stop at all calls once it has a filter of its own, which could
// answer before ours does.
func (t *Tracer) watch(task *Task, c *abi.Call) {
	own := ownCalls[c.ABI]
	switch nr := uint32(c.NR &^ c.ABI.NRBit); {
	case nr == own.prctl && uint32(c.Args[0]) == prSetSeccomp:
	case nr == own.seccomp && uint32(c.Args[0]) == seccompSetFilter:
		if c.Args[1]&seccompThreads != 0 {
			t.watchAll(task.tgid)
		}
	default:
		return
	}
	task.watchful = true
}

func (t *Tracer) watchAll(tgid int) {
	for _, task := range t.tasks {
		if task.tgid == tgid {
			task.watchful = true
		}
	}
}

// own are calls that the engine must see whether or not somebody asked for them.
type own struct {
	clone, clone3  uint32   // may make a child that is not traced: see bind
	prctl, seccomp uint32   // may set a filter that hides calls from ours, or ask for one: see returned
	resumed        []uint32 // what restart_syscall goes on with
}

var ownCalls = map[*abi.ABI]own{
	abi.AMD64: {clone: 56, clone3: 435, prctl: 157, seccomp: 317, resumed: []uint32{7, 35, 202, 230}},
	abi.X32:   {clone: 56, clone3: 435, prctl: 157, seccomp: 317, resumed: []uint32{7, 35, 202, 230}},
	abi.I386:  {clone: 120, clone3: 435, prctl: 172, seccomp: 354, resumed: []uint32{162, 168, 240, 267, 407, 422}},
	abi.ARM64: {clone: 220, clone3: 435, prctl: 167, seccomp: 277, resumed: []uint32{98, 101, 115}},
}

const (
	cloneUntraced     = 0x00800000 // CLONE_UNTRACED
	prGetSeccomp      = 21         // PR_GET_SECCOMP
	prSetSeccomp      = 22         // PR_SET_SECCOMP
	seccompModeStrict = 1          // SECCOMP_MODE_STRICT
	seccompSetStrict  = 0          // SECCOMP_SET_MODE_STRICT
	seccompSetFilter  = 1          // SECCOMP_SET_MODE_FILTER
	seccompThreads    = 1          // SECCOMP_FILTER_FLAG_TSYNC
)

// rules choose the calls of an ABI.
func (o own) rules(a *abi.ABI, wanted []seccomp.Rule) []seccomp.Rule {
	bit := uint32(a.NRBit)
	rule := func(nr uint32, where seccomp.Expr) seccomp.Rule {
		return seccomp.Rule{ABI: a, Calls: []seccomp.Span{seccomp.One(nr | bit)}, Where: where, Tag: tagOwn}
	}
	rules := []seccomp.Rule{
		rule(o.clone, seccomp.Compare{Arg: 0, Value: cloneUntraced, Mask: cloneUntraced}),
		rule(o.clone3, nil),
		rule(o.prctl, seccomp.Or{
			seccomp.Compare{Arg: 0, Value: prGetSeccomp, Bits: 32},
			seccomp.Compare{Arg: 0, Value: prSetSeccomp, Bits: 32},
		}),
		rule(o.seccomp, seccomp.Compare{Arg: 0, Op: seccomp.LessEqual, Value: seccompSetFilter, Bits: 32}),
	}
	if asked(wanted, a, uint32(a.RestartNR)) {
		for _, nr := range o.resumed {
			rules = append(rules, rule(nr, nil))
		}
	}
	return rules
}

// asked says whether rules may choose the call.
func asked(rules []seccomp.Rule, a *abi.ABI, nr uint32) bool {
	return slices.ContainsFunc(rules, func(r seccomp.Rule) bool {
		return r.ABI == a && slices.ContainsFunc(r.Calls, func(s seccomp.Span) bool { return s.First <= nr && nr <= s.Last })
	})
}
