package ptrace

import (
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/fixture"
)

// hot are the requests of the hot path, on a tracee in a read's entry-stop.
func hot(c *tracee) map[string]func() error {
	entry := c.reading()
	var (
		info SyscallInfo
		regs abi.Regs
		buf  [256]byte
		sig  [SigInfoSize]byte
	)
	return map[string]func() error{
		"GetSyscallInfo": func() error { return GetSyscallInfo(c.pid, &info) },
		"Poll":           func() error { _, err := Poll(c.pid, nil); return err },
		"Wait":           func() error { _, err := Wait(c.pid, All|NoHang, nil); return err },
		"ReadMem":        func() error { _, err := ReadMem(c.pid, buf[:], abi.Addr(entry.SP)); return err },
		"WriteMem":       func() error { _, err := WriteMem(c.pid, buf[:], abi.Addr(entry.SP-256)); return err },
		"GetRegs":        func() error { return GetRegs(c.pid, &regs) },
		"SetRegs":        func() error { return SetRegs(c.pid, &regs) },
		"GetEventMsg":    func() error { _, err := GetEventMsg(c.pid); return err },
		"GetSigInfo":     func() error { return GetSigInfo(c.pid, sig[:]) },
		"PeekData":       func() error { _, err := PeekData(c.pid, abi.Addr(entry.SP)); return err },
		"Getcpu":         func() error { _, err := Getcpu(); return err },
		"GetAffinity":    func() error { _, err := GetAffinity(); return err },
	}
}

func TestHotPathAllocatesNothing(t *testing.T) {
	c := seized(t, options, "cat")
	calls := hot(c)
	must(t, calls["GetRegs"]())
	for name, call := range calls {
		must(t, call())
		if n := testing.AllocsPerRun(100, func() { call() }); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}

func BenchmarkGetSyscallInfo(b *testing.B) { benchmark(b, "GetSyscallInfo") }
func BenchmarkPoll(b *testing.B)           { benchmark(b, "Poll") }
func BenchmarkWait(b *testing.B)           { benchmark(b, "Wait") }
func BenchmarkReadMem(b *testing.B)        { benchmark(b, "ReadMem") }
func BenchmarkGetRegs(b *testing.B)        { benchmark(b, "GetRegs") }

func benchmark(b *testing.B, name string) {
	call := hot(seized(b, options, "cat"))[name]
	b.ReportAllocs()
	for b.Loop() {
		must(b, call())
	}
}

// BenchmarkStop is the whole price of a stop: resume, wait, ask.
func BenchmarkStop(b *testing.B) {
	c := gated(b, options, fixture.Build(b, "getppid"), "1000000000")
	var info SyscallInfo
	b.ReportAllocs()
	for b.Loop() {
		must(b, Syscall(c.pid, 0))
		if _, err := Wait(c.pid, All, nil); err != nil {
			b.Fatal(err)
		}
		must(b, GetSyscallInfo(c.pid, &info))
	}
}
