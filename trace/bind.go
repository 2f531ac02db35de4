package trace

import (
	"encoding/binary"
	"slices"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/ptrace"
)

// A program can make a child that it wants no tracer to follow. Under a filter that child
// must have one all the same. So CLONE_UNTRACED is taken out of the call and put back
// before the program can see that, and nobody hears of the child.

// A binding is what bind has changed: one of the two.
type binding struct {
	register int // clone's flags are in; -1 for none to put back
	value    uint64
	write    *Write // clone3's are in memory
}

// bind sees to it that the child of a call that is about to run is traced. Handlers have
// seen the call and perhaps put another in its place.
func (t *Tracer) bind(task *Task) {
	i := &t.info
	if task.isReplaced() && t.failed(ptrace.GetSyscallInfo(task.tid, i)) {
		return
	}
	a := abi.Of(i.Arch, i.NR)
	if a == nil {
		return
	}
	switch own := ownCalls[a]; uint32(i.NR &^ a.NRBit) {
	case own.clone:
		if i.Args[0]&cloneUntraced != 0 {
			t.failed(task.bindRegister(a))
		}
	case own.clone3:
		t.failed(task.bindMemory(abi.Addr(a.TruncateReg(i.Args[0]))))
	}
}

func (t *Task) bindRegister(call *abi.ABI) error {
	regs, err := t.Regs()
	if err != nil {
		return err
	}
	r := flagsRegister(regs.ABI, call)
	b := binding{register: r, value: regs.Values[r]}
	if r == regs.ABI.Result {
		b.register = -1 // the result takes its place anyway
	}
	t.binding = &b
	regs.Values[r] &^= cloneUntraced
	return ptrace.SetRegs(t.tid, &regs)
}

// flagsRegister is the register of clone's first argument, by the ABI of the code and that
// of the call, which differ for int 0x80 in 64-bit code.
func flagsRegister(code, call *abi.ABI) int {
	if call == abi.I386 && code != call {
		return slices.IndexFunc(code.Regs, func(r abi.Register) bool { return r.Name == "rbx" })
	}
	return code.Args[0]
}

// bindMemory changes the flags that struct clone_args begins with. What cannot be read
// the kernel will not take either.
func (t *Task) bindMemory(at abi.Addr) error {
	flags := make([]byte, 8)
	if n, err := t.ReadMem(flags, at); err != nil || n < len(flags) {
		return nil
	}
	v := binary.LittleEndian.Uint64(flags)
	if v&cloneUntraced == 0 {
		return nil
	}
	t.binding = &binding{register: -1, write: &Write{at, flags}}
	_, err := t.WriteMem(binary.LittleEndian.AppendUint64(nil, v&^cloneUntraced), at)
	return err
}

// unbind undoes bind, in the task that made the call or in its child.
func (t *Task) unbind() error {
	b := t.binding
	if b == nil {
		return nil
	}
	t.binding = nil
	if b.write != nil {
		_, err := t.WriteMem(b.write.Data, b.write.Addr)
		return err
	}
	if b.register < 0 {
		return nil
	}
	regs, err := t.Regs()
	if err != nil {
		return err
	}
	regs.Values[b.register] = b.value
	return ptrace.SetRegs(t.tid, &regs)
}

// share has a task begin as its parent is under their filter.
func (t *Task) share(parent *Task) {
	t.watchful, t.strict, t.binding = parent.watchful, parent.strict, parent.binding
	t.muted = parent.muted || parent.binding != nil
}
