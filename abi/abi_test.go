package abi_test

import (
	"testing"

	"github.com/trapline/trapline/abi"
)

// The roles of registers point at the registers that the ABI's manual names.
func TestRegisterRoles(t *testing.T) {
	for _, test := range []struct {
		abi            *abi.ABI
		pc, sp, result string
		args           [6]string
	}{
		{abi.AMD64, "rip", "rsp", "rax", [6]string{"rdi", "rsi", "rdx", "r10", "r8", "r9"}},
		{abi.X32, "rip", "rsp", "rax", [6]string{"rdi", "rsi", "rdx", "r10", "r8", "r9"}},
		{abi.I386, "eip", "esp", "eax", [6]string{"ebx", "ecx", "edx", "esi", "edi", "ebp"}},
		{abi.ARM64, "pc", "sp", "x0", [6]string{"x0", "x1", "x2", "x3", "x4", "x5"}},
	} {
		a := test.abi
		name := func(i int) string { return a.Regs[i].Name }
		if name(a.PC) != test.pc || name(a.SP) != test.sp || name(a.Result) != test.result {
			t.Errorf("%s: pc %s, sp %s, result %s", a, name(a.PC), name(a.SP), name(a.Result))
		}
		for i, want := range test.args {
			if got := name(a.Args[i]); got != want {
				t.Errorf("%s: argument %d in %s, want %s", a, i, got, want)
			}
		}
	}
}

func TestOf(t *testing.T) {
	for _, test := range []struct {
		audit uint32
		nr    uint64
		want  *abi.ABI
	}{
		{abi.AMD64.Audit, 0, abi.AMD64},
		{abi.AMD64.Audit, ^uint64(0), abi.AMD64}, // -1 is no x32 number
		{abi.AMD64.Audit, 0x40000000, abi.X32},
		{abi.I386.Audit, 0x40000000, abi.I386},
		{abi.ARM64.Audit, 0x40000000, abi.ARM64},
		{0, 0, nil},
	} {
		if got := abi.Of(test.audit, test.nr); got != test.want {
			t.Errorf("Of(%#x, %#x) = %v, want %v", test.audit, test.nr, got, test.want)
		}
	}
}

func TestErrno(t *testing.T) {
	if got := (abi.Result{Value: ^uint64(1), Failed: true}).Errno(); got != 2 {
		t.Errorf("errno %d, want 2", got)
	}
	if got := (abi.Result{Value: ^uint64(1)}).Errno(); got != 0 {
		t.Errorf("errno of a success %d, want 0", got)
	}
}

func TestRegs(t *testing.T) {
	r := abi.Regs{ABI: abi.I386}
	r.SetPC(0x1234)
	r.SetSP(0x5678)
	if pc, ok := r.Named("eip"); !ok || pc != 0x1234 || r.PC() != 0x1234 {
		t.Errorf("eip %#x, %v", pc, ok)
	}
	if sp, ok := r.Named("esp"); !ok || sp != 0x5678 || r.SP() != 0x5678 {
		t.Errorf("esp %#x, %v", sp, ok)
	}
	if _, ok := r.Named("rip"); ok {
		t.Error("i386 has rip")
	}
}
