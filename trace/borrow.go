package trace

import (
	"errors"
	"fmt"
	"syscall"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/ptrace"
)

var errCallABI = errors.New("not on this machine")

// Do has the task make a system call that its program knows nothing of, with an instruction
// at the address that makes one. Registers and signal mask are the same afterwards. Only from
// a handler at a SignalStop or Trap by SIGTRAP, which is not delivered then. The call must
// be one that does not block.
func (t *Task) Do(c *abi.Call, at abi.Addr) (abi.Result, error) {
	regs, err := t.Regs()
	if err != nil {
		return abi.Result{}, err
	}
	if regs.ABI.NR < 0 {
		return abi.Result{}, fmt.Errorf("trace: make a call in %d: %w", t.tid, errCallABI)
	}
	mask, err := ptrace.GetSigMask(t.tid)
	if err != nil {
		return abi.Result{}, err
	}
	called := regs
	called.Values[called.ABI.Result] = c.NR
	for i, r := range called.ABI.Args {
		called.Values[r] = c.Args[i]
	}
	called.SetPC(at)
	err = t.borrow(&called)
	return result(&called), errors.Join(err, ptrace.SetRegs(t.tid, &regs), ptrace.SetSigMask(t.tid, mask))
}

// Unblock lets a signal through that the task blocks. Only from a handler.
func (t *Task) Unblock(sig syscall.Signal) error {
	mask, err := ptrace.GetSigMask(t.tid)
	if err != nil {
		return err
	}
	return ptrace.SetSigMask(t.tid, mask&^(1<<(sig-1)))
}

// borrowed is which signals are blocked meanwhile: all but SIGTRAP, which the kernel would unblock to
// end the step, and take the program's handler for it away.
const borrowed = ^uint64(1 << (syscall.SIGTRAP - 1))

// borrow runs one instruction with those registers and signals blocked, and returns the
// registers after it.
func (t *Task) borrow(regs *abi.Regs) error {
	if err := ptrace.SetSigMask(t.tid, borrowed); err != nil {
		return err
	}
	if err := ptrace.SetRegs(t.tid, regs); err != nil {
		return err
	}
	if err := t.stepAlone(); err != nil {
		return err
	}
	return ptrace.GetRegs(t.tid, regs)
}

// stepAlone runs one instruction and waits for that, while other tasks are not looked at.
// What stops the task before is put off: a group-stop, and SIGSTOP, which cannot be blocked.
func (t *Task) stepAlone() error {
	stopped := false
	for {
		if err := ptrace.SingleStep(t.tid, 0); err != nil {
			return err
		}
		s, err := t.next()
		switch {
		case err != nil:
			return err
		case !s.Stopped() || s.Event() == ptrace.EventExit:
			t.tracer.collected(s)
			return syscall.ESRCH
		case s.Event() == 0 && s.StopSignal() == syscall.SIGTRAP:
			if stopped {
				err = t.Kill(syscall.SIGSTOP)
			}
			return err
		}
		stopped = stopped || s.GroupStop() || s.Event() == 0 && s.StopSignal() == syscall.SIGSTOP
	}
}

// next waits for the task's next stop or its end.
func (t *Task) next() (s ptrace.Status, err error) {
	for err = error(syscall.EINTR); errors.Is(err, syscall.EINTR); {
		s, err = ptrace.Wait(t.tid, ptrace.All, t.tracer.usage)
	}
	return s, err
}

// result is what a system call has left in the registers.
func result(regs *abi.Regs) abi.Result {
	v := regs.Values[regs.ABI.Result]
	if regs.ABI.Reg == 4 {
		v = uint64(int64(int32(v)))
	}
	return abi.Result{Value: v, Failed: v > ^uint64(4095)}
}
