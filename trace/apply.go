package trace

import (
	"encoding/binary"
	"fmt"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/ptrace"
)

// apply makes the changes an action asks for, all but the resuming.
func (t *Tracer) apply(task *Task, a *Action) {
	for _, w := range a.Writes {
		if _, err := task.WriteMem(w.Data, w.Addr); t.failed(err) {
			return
		}
	}
	if a.Regs != nil {
		t.failed(ptrace.SetRegs(task.tid, a.Regs))
	}
	if a.Call != nil {
		t.failed(task.setCall(a.Call))
	}
	if a.Result != nil {
		t.failed(task.setResult(a.Result))
	}
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
		regs.Values[nr] = c.NR
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
