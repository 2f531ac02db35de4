package decode

import (
	"sync"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// VCPUDetail says what is told of virtual processors that are run.
type VCPUDetail uint8

const (
	VCPUExit  VCPUDetail = 1 << iota // why they have come back
	VCPUState                        // what they share with their program, before and after
)

// A VCPU is the virtual processor that a call has run.
type VCPU struct {
	Num int
	// Before and After are its struct kvm_run; nil where it was not asked for or, After, the
	// call has failed.
	Before, After value.Value

	at abi.Addr // of the structure; zero: there is none
}

// kvmRun is KVM_RUN, which is the same number everywhere.
const kvmRun = 0xae80

// exitReason is where kvm_run says why the processor came back, exitUnion where it says more.
const (
	exitReason = 8
	exitUnion  = 32
)

var kvmRunRecord = sync.OnceValue(syscalls.KVMRun)

// enterVCPU finds the virtual processor that the call is to run.
func (c *Call) enterVCPU() {
	if c.mode.VCPU == 0 || c.Lookup == nil || c.TID == 0 || c.Row.Name != "ioctl" || uint32(c.words[1]) != kvmRun {
		return
	}
	c.VCPU.Num, c.VCPU.at = c.Lookup.VCPU(c.TID, int(int32(c.words[0])))
	c.VCPU.Before = c.x.runState()
}

// exitVCPU looks at what has come of it.
func (c *Call) exitVCPU() {
	if !c.Result.Failed {
		c.VCPU.After = c.x.runState()
	}
}

// runState decodes what a virtual processor shares with its program, if that is asked for.
func (x *context) runState() value.Value {
	if x.c.VCPU.at == 0 || x.c.mode.VCPU&VCPUState == 0 {
		return nil
	}
	v := x.recordAt(kvmRunRecord(), x.c.VCPU.at)
	if run, ok := v.(*value.Struct); ok {
		x.addReason(run)
	}
	return v
}

// addReason adds what the reason of leaving has to say for itself, which few have, to kvm_run.
func (x *context) addReason(run *value.Struct) {
	reason, _ := x.load(x.c.VCPU.at+exitReason, 4)
	name, r := syscalls.KVMReason(reason)
	if r == nil {
		return
	}
	more := append(x.a.Fields(1), value.Field{Name: name, Value: x.recordAt(r, x.c.VCPU.at+exitUnion)})
	run.Fields = append(append(x.a.Fields(len(run.Fields)+1), run.Fields...), value.Field{Value: x.a.Struct(more, false)})
}

// whyLeft decodes why a virtual processor came back; nil when it is not known.
func (x *context) whyLeft() value.Value {
	if x.c.VCPU.at == 0 {
		return nil
	}
	reason, ok := x.load(x.c.VCPU.at+exitReason, 4)
	if !ok {
		return nil
	}
	name, known := uapi.KVMExits.Find(reason)
	if !known {
		name = uapi.KVMExits.Unknown
	}
	return x.a.Macro(name)
}

// kvmExit decodes the reason in the structure: a number whatever the style, and its name. One
// without a name is worth a remark only behind the call.
func kvmExit(x *context, w uint64) value.Value {
	number := x.a.Int(w, 4, value.Unsigned)
	name, ok := uapi.KVMExits.Find(w)
	switch {
	case ok:
		return x.a.Note(number, name)
	case x.exit:
		return x.a.Note(number, uapi.KVMExits.Unknown)
	}
	return number
}

// kvmData decodes the bytes of port I/O, which lie in the same mapping.
func kvmData(x *context, _ uint64) value.Value {
	return x.array(syscalls.KVMByte, x.arg(0)*x.arg(1), x.c.VCPU.at+abi.Addr(x.arg(2)))
}
