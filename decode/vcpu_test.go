package decode_test

import (
	"encoding/binary"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/render/strace"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// runPage is what the world's virtual processor has at 0x10000: kvm_run with a reason and the
// bytes at its union, and data behind it.
func runPage(reason uint32, union []byte, data string) mem.Snapshot {
	run := make([]byte, 64)
	run[0], run[12] = 1, 1
	binary.LittleEndian.PutUint32(run[8:], reason)
	binary.LittleEndian.PutUint16(run[14:], 3)
	binary.LittleEndian.PutUint64(run[24:], 0xfee00900)
	copy(run[32:], union)
	return mem.Snapshot{{Addr: 0x10000, Data: append(run, data...)}}
}

// runVCPU makes the call KVM_RUN on fd, with memory that changes.
func runVCPU(fd uint64, want decode.VCPUDetail, before, after mem.Snapshot, r abi.Result) *decode.Call {
	table := syscalls.For(abi.AMD64)
	nr, _, _ := table.Named("ioctl")
	c := &decode.Call{TID: worldTID, Lookup: world{}}
	call := abi.Call{ABI: abi.AMD64, NR: nr, Args: [abi.MaxArgs]uint64{fd, 0xae80}}
	c.Enter(call, table.Row(nr), decode.Mode{Strings: 32, VCPU: want}, before)
	c.Exit(r, after)
	return c
}

func shown(v value.Value) string {
	if v == nil {
		return ""
	}
	var s strace.Style
	return string(s.AppendValue(nil, v))
}

// TestVCPU compares with what strace 7.2 shows of a memory file that it takes for a virtual
// processor.
func TestVCPU(t *testing.T) {
	const (
		head = "{request_interrupt_window=1, immediate_exit=0, exit_reason="
		tail = ", ready_for_interrupt_injection=1, if_flag=0, flags=0x3, cr8=0000000000000000, apic_base=0x000000fee00900"
	)
	io := []byte{1, 2, 0xf8, 3, 3, 0, 0, 0, 64, 0}
	mmio := []byte{0, 16, 0, 0, 0, 0, 0, 0, 'a', 'b', 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1}
	for _, tt := range []struct {
		reason        uint32
		union         []byte
		before, after string
		name          string
	}{
		{5, nil, head + "5 /* KVM_EXIT_HLT */" + tail + "}", head + "5 /* KVM_EXIT_HLT */" + tail + "}", "KVM_EXIT_HLT"},
		{99, nil, head + "99" + tail + "}", head + "99 /* KVM_EXIT_??? */" + tail + "}", "KVM_EXIT_???"},
		{2, io, "", head + "2 /* KVM_EXIT_IO */" + tail +
			", {io={direction=KVM_EXIT_IO_OUT, size=2, port=0x3f8, count=3, data_offset=0x00000000000040, data=[0x61, 0x62, 0x63, 0x64, 0x65, 0x66]}}}", "KVM_EXIT_IO"},
		{6, mmio, "", head + "6 /* KVM_EXIT_MMIO */" + tail +
			", {mmio={phys_addr=0x00000000001000, data=[0x61, 0x62, 0, 0, 0, 0, 0, 0], len=2, is_write=1}}}", "KVM_EXIT_MMIO"},
	} {
		page := runPage(tt.reason, tt.union, "abcdef")
		before := page
		if tt.before == "" {
			before = nil
			tt.before = "0x10000"
		}
		c := runVCPU(40, decode.VCPUExit|decode.VCPUState, before, page, abi.Result{})
		if got := shown(c.VCPU.Before); got != tt.before || c.VCPU.Num != 3 {
			t.Errorf("%s: before, %d: %s\nwant %s", tt.name, c.VCPU.Num, got, tt.before)
		}
		if got := shown(c.VCPU.After); got != tt.after {
			t.Errorf("%s: after: %s\nwant %s", tt.name, got, tt.after)
		}
		if got := shown(c.After); got != tt.name {
			t.Errorf("%s: reason: %s", tt.name, got)
		}
	}
}

func TestVCPUOnlyWhereAskedFor(t *testing.T) {
	page := runPage(5, nil, "")
	for name, c := range map[string]*decode.Call{
		"another file":  runVCPU(39, decode.VCPUExit|decode.VCPUState, page, page, abi.Result{}),
		"not asked for": runVCPU(40, 0, page, page, abi.Result{}),
	} {
		if c.After != nil || c.VCPU.Before != nil || c.VCPU.After != nil {
			t.Errorf("%s: %+v, %s", name, c.VCPU, shown(c.After))
		}
	}
	if c := runVCPU(40, decode.VCPUExit, page, page, abi.Result{}); shown(c.After) != "KVM_EXIT_HLT" || c.VCPU.Before != nil || c.VCPU.After != nil {
		t.Errorf("only the reason: %+v, %s", c.VCPU, shown(c.After))
	}
	c := runVCPU(40, decode.VCPUExit|decode.VCPUState, page, page, abi.Result{Value: ^uint64(3), Failed: true})
	if c.After != nil || c.VCPU.After != nil || c.VCPU.Before == nil {
		t.Errorf("a call that fails: %+v, %s", c.VCPU, shown(c.After))
	}
}
