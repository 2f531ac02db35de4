package ptrace

import (
	"runtime"
	"syscall"
	"testing"
)

// onThread runs a test on a thread that ends with it, whatever it did to it.
func onThread(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		f()
	}()
	<-done
}

func TestAffinity(t *testing.T) {
	onThread(t, func() {
		all, err := GetAffinity()
		if err != nil || all.Count() == 0 {
			t.Errorf("affinity is %v, %v", all, err)
			return
		}
		for cpu := range maxCPUs {
			if !all.Has(cpu) {
				continue
			}
			var one CPUSet
			one.Add(cpu)
			if err := SetAffinity(one); err != nil {
				t.Error(err)
			}
			if got, err := Getcpu(); err != nil || got != cpu {
				t.Errorf("bound to %d, on %d, %v", cpu, got, err)
			}
			if got, err := GetAffinity(); err != nil || got != one {
				t.Errorf("bound to %v, told %v, %v", one, got, err)
			}
		}
	})
}

func TestCPUSet(t *testing.T) {
	var s CPUSet
	for _, cpu := range []int{0, 63, 64, 1023, 1024, -1} {
		s.Add(cpu)
	}
	if s.Count() != 4 || !s.Has(0) || !s.Has(63) || !s.Has(64) || !s.Has(1023) || s.Has(1024) || s.Has(-1) || s.Has(1) {
		t.Errorf("set is %v", s)
	}
}

func TestPolicy(t *testing.T) {
	onThread(t, func() {
		for _, want := range []Policy{PolicyBatch, PolicyIdle} {
			if err := SetPolicy(want); err != nil {
				t.Error(err)
			}
			if got, err := GetPolicy(); err != nil || got != want {
				t.Errorf("policy is %d, %v, want %d", got, err, want)
			}
		}
		may := MayLeaveIdle()
		SetPolicy(PolicyOther)
		if got, err := GetPolicy(); err != nil || may != (got == PolicyOther) {
			t.Errorf("may leave: %v; policy is %d, %v", may, got, err)
		}
		refused(t, SetPolicy(77), syscall.EINVAL)
	})
}
