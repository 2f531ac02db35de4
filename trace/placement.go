package trace

import (
	"syscall"

	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/procfs"
)

// A placement brings the tracer to the CPU its tracee runs on.
//
// Most of a stop's cost is waking a thread on another, idle CPU, twice: the tracer
// when the tracee stops, the tracee when it is resumed. On one CPU both are a plain
// switch. The kernel, left alone, puts a woken thread on an idle CPU if there is
// one. Two things change its mind, neither of which the tracee can see:
//
//   - follow: the tracer moves itself to the tracee's CPU, by binding itself there
//     and taking the binding back at once;
//   - low: the tracer is SCHED_IDLE. A CPU that runs nothing else counts as idle
//     (sched_idle_cpu in select_idle_sibling), so the tracee is woken right there and
//     takes over at once; when it stops, the tracer goes on without having slept.
//
// This is worth it only while one task makes one call after another. When stops
// alternate between tasks, or a task computes for long, the kernel's own choice is
// the right one, and programs that run in parallel must go on doing so. A tracer that
// could not run for a while, for whatever reason, is set right by its rescue, and
// then holds back.
//
// Leaving SCHED_IDLE takes CAP_SYS_NICE or RLIMIT_NICE. Without it nothing is done.
type placement struct {
	usable  bool
	cpus    ptrace.CPUSet // where the tracer may run
	low     bool          // the tracer is SCHED_IDLE
	last    *Task
	streak  int // stops in a row by last
	settled int // stops to go before it looks again where everybody is
	rest    int // stops to go before it is tried again
	pause   int // how long the next rest will be
	good    int // stops since the last rest
	stat    *procfs.StatFile
	load    *procfs.LoadFile
	rescue  rescue
}

const (
	placementStreak = 8   // how many stops in a row make it worth a try
	followEvery     = 64  // how many stops later the kernel may have moved one of us
	shortestRest    = 128 // how many stops it holds back after a bad one
	longestRest     = 1 << 20
	recovered       = 1024 // how many good stops make up for bad ones
)

// begin finds out whether the tracer may do this at all. On the tracer's thread.
func (p *placement) begin(load *procfs.LoadFile) {
	policy, err := ptrace.GetPolicy()
	if err != nil || policy != ptrace.PolicyOther || !ptrace.MayLeaveIdle() {
		return
	}
	p.cpus, err = ptrace.GetAffinity()
	p.usable = err == nil && p.cpus.Count() > 1
	p.pause = shortestRest
	p.load = load
	p.rescue.tid = ptrace.Gettid()
}

// end gives up what follow holds.
func (p *placement) end() {
	p.raise()
	p.forget(p.last)
}

// resume lets a task go on until its next system call stop.
func (p *placement) resume(task *Task, sig syscall.Signal) error {
	if p.together(task) {
		p.lower()
	} else {
		p.raise()
	}
	return ptrace.Syscall(task.tid, sig)
}

// together says whether tracer and task should share a CPU now, and sees to it that
// they do.
func (p *placement) together(task *Task) bool {
	if !p.usable {
		return false
	}
	if task != p.last {
		p.forget(p.last)
		p.last = task
	}
	p.streak++
	if p.rest > 0 {
		p.rest--
		return false
	}
	if p.streak < placementStreak {
		return false
	}
	if p.settled--; p.settled < 0 {
		if crowded(p.load, p.cpus.Count()) {
			p.rest = shortestRest
			return false
		}
		p.follow(task)
		p.settled = followEvery
	}
	return true
}

// lower makes the tracer SCHED_IDLE and keeps count of how that goes.
func (p *placement) lower() {
	if p.rescue.beat() {
		p.low = false // by the rescuer
		p.holdBack()
		return
	}
	if !p.low {
		p.low = true
		p.rescue.watch()
		ptrace.SetPolicy(ptrace.PolicyIdle)
	}
	if p.good++; p.good == recovered {
		p.pause = shortestRest
	}
}

// raise ends that. It is called before the tracer sleeps, too.
func (p *placement) raise() {
	if p.low {
		p.low = false
		ptrace.SetPolicy(ptrace.PolicyOther)
		p.rescue.leave()
	}
}

// apart is called when the tracee has not stopped by the time the tracer runs again: so
// it runs on another CPU, or sleeps. The tracer looks for it at the next stop.
func (p *placement) apart() { p.settled = 0 }

// holdBack rests, the longer the more often there is a reason to.
func (p *placement) holdBack() {
	p.good, p.settled = 0, 0
	p.rest = p.pause
	p.pause = min(2*p.pause, longestRest)
}

// follow moves the tracer to the CPU the task was last on.
func (p *placement) follow(task *Task) {
	if p.stat == nil {
		stat, err := procfs.OpenStat(task.tid)
		if err != nil {
			return
		}
		p.stat = stat
	}
	cpu, err := p.stat.CPU()
	if err != nil || !p.cpus.Has(cpu) {
		return
	}
	var there ptrace.CPUSet
	there.Add(cpu)
	ptrace.SetAffinity(there)
	ptrace.SetAffinity(p.cpus)
}

// forget gives up what is remembered of a task.
func (p *placement) forget(task *Task) {
	if task == nil || task != p.last {
		return
	}
	p.last, p.streak, p.settled = nil, 0, 0
	if p.stat != nil {
		p.stat.Close()
		p.stat = nil
	}
}
