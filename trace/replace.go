package trace

import (
	"encoding/binary"
	"fmt"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/ptrace"
)

// A replacement is a call that an Action has put in the place of the program's own.
// Programs count on a system call to change no register but the result's, so what
// the replacement needed is taken back at the exit.
type replacement struct {
	entered  abi.Regs // as the program made its call
	replaced abi.Regs // as the kernel is to see it
	active   bool
	result   *abi.Result // what it returns instead of being made; nil: it is made
}

// noCall is the number with which the kernel makes no call.
const noCall = ^uint64(0)

// replaceCall makes the kernel see another call than the program made, or none.
func (t *Task) replaceCall(a *Action) error {
	r := t.replacement
	if r == nil {
		r = &replacement{}
		t.replacement = r
	}
	if err := ptrace.GetRegs(t.tid, &r.entered); err != nil {
		return err
	}
	c := t.enter.Call
	if a.Call != nil {
		c = *a.Call
	}
	if a.Return != nil {
		c.NR = noCall
		result := *a.Return
		r.result = &result
	}
	if err := t.setCall(&c); err != nil {
		return err
	}
	err := ptrace.GetRegs(t.tid, &r.replaced)
	r.active = err == nil
	return err
}

// isReplaced says whether the task is in a call that has been replaced.
func (t *Task) isReplaced() bool { return t.replacement != nil && t.replacement.active }

// endReplacement takes back at the exit what replaceCall has changed.
func (t *Task) endReplacement(a *Action) error {
	r := t.replacement
	r.active = false
	regs, err := t.Regs()
	if err != nil {
		return err
	}
	r.restore(&regs)
	switch {
	case a.Again:
		regs.SetPC(regs.PC() - abi.Addr(regs.ABI.CallSize))
		regs.Values[regs.ABI.Result] = r.firstWord()
	case a.Result != nil:
		regs.Values[regs.ABI.Result] = regs.ABI.TruncateReg(a.Result.Value)
	case r.result != nil:
		regs.Values[regs.ABI.Result] = regs.ABI.TruncateReg(r.result.Value)
	}
	r.result = nil
	return ptrace.SetRegs(t.tid, &regs)
}

// inherit notes that a task begins with the registers of a call of its parent's that has
// been replaced.
func (t *Task) inherit(parent *Task) {
	if parent.isReplaced() {
		r := *parent.replacement
		t.replacement = &r
	}
}

// undoReplacement is endReplacement for a task that is to be let go at its exit.
func (t *Task) undoReplacement() error {
	if !t.isReplaced() {
		return nil
	}
	return t.endReplacement(&Action{})
}

// forgoReplacement lets a task that is on Hold at a call's entry make its own call.
func (t *Task) forgoReplacement() {
	if t.isReplaced() && t.inCall {
		t.replacement.active = false
		ptrace.SetRegs(t.tid, &t.replacement.entered)
	}
}

// restore gives the registers that carried the replacement their former values.
func (r *replacement) restore(regs *abi.Regs) {
	for i := range regs.ABI.Regs {
		if i != regs.ABI.Result && r.entered.Values[i] != r.replaced.Values[i] {
			regs.Values[i] = r.entered.Values[i]
		}
	}
}

// firstWord is what the register of the result held when the program made its call: its
// number, but on machines where that register carries an argument.
func (r *replacement) firstWord() uint64 {
	if nr := r.entered.ABI.NR; nr >= 0 {
		return r.entered.Values[nr]
	}
	return r.entered.Values[r.entered.ABI.Result]
}

// setCall replaces the call the task is about to make.
func (t *Task) setCall(c *abi.Call) error {
	if can, err := ptrace.FeatureSetSyscallInfo.Probe(t.tid); err != nil {
		return err
	} else if can {
		info := t.tracer.info
		info.NR, info.Args = c.NR, c.Args
		return ptrace.SetSyscallInfo(t.tid, &info)
	}
	regs, err := t.callRegs()
	if err != nil {
		return err
	}
	for i, r := range regs.ABI.Args {
		regs.Values[r] = c.Args[i]
	}
	if nr := regs.ABI.NR; nr >= 0 {
		regs.Values[nr] = regs.ABI.TruncateReg(c.NR)
	} else if err := ptrace.SetRegSet(t.tid, ptrace.NTArmSystemCall, binary.NativeEndian.AppendUint32(nil, uint32(c.NR))); err != nil {
		return err
	}
	return ptrace.SetRegs(t.tid, &regs)
}

// setResult replaces what the call returns.
func (t *Task) setResult(r *abi.Result) error {
	regs, err := t.Regs()
	if err != nil {
		return err
	}
	regs.Values[regs.ABI.Result] = regs.ABI.TruncateReg(r.Value)
	return ptrace.SetRegs(t.tid, &regs)
}

// callRegs reads the registers of a task whose code and call are of one ABI.
func (t *Task) callRegs() (abi.Regs, error) {
	regs, err := t.Regs()
	if err == nil && regs.ABI != t.abi {
		err = fmt.Errorf("trace: change the %s call of %d, which runs %s code: needs Linux 6.16", t.abi, t.tid, regs.ABI)
	}
	return regs, err
}
