package insn

import (
	"bytes"
	"runtime"
	"syscall"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/internal/ptrace"
)

// A program of which every instruction is emulated or run as a copy does what it does
// otherwise: it calls the system, branches, jumps far, and prints the same.
func TestWholeProgram(t *testing.T) {
	for a, flags := range map[*abi.ABI][]fixture.Flag{abi.AMD64: {fixture.Static}, abi.I386: {fixture.M32}} {
		t.Run(a.Name, func(t *testing.T) {
			program := fixture.Build(t, "works", flags...)
			plain := fixture.Start(t, program)
			plain.Tell()
			want := plain.Finish()
			w := newWorker(t, program)
			w.run()
			if got := w.Finish(); got != want || w.emulated == 0 || w.moved == 0 {
				t.Errorf("%d emulated, %d moved: %q, want %q", w.emulated, w.moved, got, want)
			}
			t.Logf("%d instructions emulated, %d moved", w.emulated, w.moved)
		})
	}
}

// A worker is a process that runs instruction by instruction, none of them at its place.
type worker struct {
	*fixture.Process
	testing.TB
	emulated, moved int
}

func newWorker(t *testing.T, program string) *worker {
	t.Helper()
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
	w := &worker{Process: fixture.Start(t, program), TB: t}
	w.Await("works: ready")
	w.must(ptrace.Seize(w.PID(), ptrace.OptExitKill))
	w.must(ptrace.Interrupt(w.PID()))
	w.wait()
	w.Tell()
	return w
}

func (w *worker) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// wait waits for the next stop; the program's end is none.
func (w *worker) wait() bool {
	w.Helper()
	s, err := ptrace.Wait(w.PID(), ptrace.All, nil)
	w.must(err)
	if s.Stopped() && s.StopSignal() != syscall.SIGTRAP {
		w.Fatalf("signal %v", s.StopSignal())
	}
	return s.Stopped()
}

// run steps out of the call that the process was stopped in, and then from instruction to
// instruction.
func (w *worker) run() {
	w.Helper()
	w.must(ptrace.SingleStep(w.PID(), 0))
	for running := w.wait(); running; {
		running = w.next()
	}
}

// next runs one instruction and reports whether the program is still there.
func (w *worker) next() bool {
	w.Helper()
	var regs abi.Regs
	w.must(ptrace.GetRegs(w.PID(), &regs))
	i := w.decode(&regs)
	memory := reader(w.PID())
	if effect, ok := i.Emulate(&regs, memory); ok {
		w.emulated++
		_, err := ptrace.WriteMem(w.PID(), effect.Append(nil), effect.Addr)
		w.must(err)
		w.must(ptrace.SetRegs(w.PID(), &regs))
		return true
	}
	w.moved++
	return w.displaced(i, &regs)
}

func (w *worker) decode(regs *abi.Regs) *Inst {
	w.Helper()
	code := make([]byte, MaxLen)
	n, _ := ptrace.ReadMem(w.PID(), code, regs.PC())
	i, err := Decode(regs.ABI, regs.PC(), code[:n])
	w.must(err)
	return &i
}

// displaced steps through the instruction's copy until it is back in the program.
func (w *worker) displaced(i *Inst, regs *abi.Regs) bool {
	w.Helper()
	m, err := i.Move(nearAt)
	w.must(err)
	_, err = ptrace.WriteMem(w.PID(), append(bytes.Clone(m.Code), 0xCC), m.Addr)
	w.must(err)
	regs.SetPC(m.Addr)
	w.must(ptrace.SetRegs(w.PID(), regs))
	for inside := true; inside; _, inside = m.Origin(regs.PC()) {
		w.must(ptrace.SingleStep(w.PID(), 0))
		if !w.wait() {
			return false
		}
		w.must(ptrace.GetRegs(w.PID(), regs))
	}
	return true
}

// A reader is the memory of a process.
type reader int

func (r reader) ReadMem(p []byte, addr abi.Addr) (int, error) { return ptrace.ReadMem(int(r), p, addr) }
