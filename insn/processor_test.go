package insn

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"runtime"
	"syscall"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/mem"
)

// Where the fixture has memory.
const (
	textAt   abi.Addr = 0x10000000
	nearAt   abi.Addr = 0x20000000
	dataAt   abi.Addr = 0x30000000
	stackAt  abi.Addr = 0x40000000
	farAt    abi.Addr = 0x600000000000
	areaSize          = 0x2000

	middle = areaSize / 2
)

// A processor runs single instructions in a process that is there for nothing else.
type processor struct {
	t       testing.TB
	pid     int
	idle    abi.Regs
	idleExt []byte
}

// A state is all that an instruction can change.
type state struct {
	regs        abi.Regs
	ext         []byte // the registers that are not general, as the kernel tells them
	data, stack []byte
	signal      syscall.Signal
}

func newProcessor(t testing.TB, flags ...fixture.Flag) *processor {
	t.Helper()
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
	program := fixture.Start(t, fixture.Build(t, "bench", flags...))
	program.Await("bench: ready")
	p := &processor{t: t, pid: program.PID(), idleExt: make([]byte, 1<<14)}
	p.must(ptrace.Seize(p.pid, ptrace.OptExitKill))
	p.must(ptrace.Interrupt(p.pid))
	p.wait()
	p.must(ptrace.GetRegs(p.pid, &p.idle))
	for _, name := range []string{"orig_rax", "orig_eax"} { // no call to take up again
		p.set(&p.idle, name, ^uint64(0))
	}
	n, err := ptrace.GetRegSet(p.pid, ptrace.NTX86XState, p.idleExt)
	p.must(err)
	p.idleExt = p.idleExt[:n]
	return p
}

func (p *processor) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *processor) set(r *abi.Regs, name string, v uint64) {
	for n, reg := range r.ABI.Regs {
		if reg.Name == name {
			r.Values[n] = r.ABI.TruncateReg(v)
		}
	}
}

// wait waits for the next stop and returns its signal.
func (p *processor) wait() syscall.Signal {
	p.t.Helper()
	s, err := ptrace.Wait(p.pid, ptrace.All, nil)
	p.must(err)
	if !s.Stopped() {
		p.t.Fatalf("the processor is gone: %+v", s)
	}
	return s.StopSignal()
}

func (p *processor) write(addr abi.Addr, b []byte) {
	p.t.Helper()
	_, err := ptrace.WriteMem(p.pid, b, addr)
	p.must(err)
}

func (p *processor) read(addr abi.Addr) []byte {
	p.t.Helper()
	b := make([]byte, areaSize)
	_, err := ptrace.ReadMem(p.pid, b, addr)
	p.must(err)
	return b
}

func (p *processor) load(s *state) {
	p.t.Helper()
	p.write(dataAt, s.data)
	p.write(stackAt, s.stack)
	if err := ptrace.SetRegs(p.pid, &s.regs); err != nil {
		p.t.Fatalf("%v: %+v", err, s.regs)
	}
	p.must(ptrace.SetRegSet(p.pid, ptrace.NTX86XState, s.ext))
}

func (p *processor) save(sig syscall.Signal) *state {
	p.t.Helper()
	s := &state{ext: make([]byte, len(p.idleExt)), data: p.read(dataAt), stack: p.read(stackAt), signal: sig}
	p.must(ptrace.GetRegs(p.pid, &s.regs))
	_, err := ptrace.GetRegSet(p.pid, ptrace.NTX86XState, s.ext)
	p.must(err)
	return s
}

// step runs one instruction, and run everything up to a breakpoint.
func (p *processor) step() *state {
	p.t.Helper()
	p.must(ptrace.SingleStep(p.pid, 0))
	return p.save(p.wait())
}

func (p *processor) run(from *state, pc abi.Addr) *state {
	p.t.Helper()
	s := *from
	s.regs.SetPC(pc)
	p.load(&s)
	p.must(ptrace.Cont(p.pid, 0))
	end := p.save(p.wait())
	if end.signal == syscall.SIGTRAP {
		end.regs.SetPC(end.regs.PC() - 1)
	}
	return end
}

// original runs the instruction at its place.
func (p *processor) original(i *Inst, from *state) *state {
	p.t.Helper()
	p.write(textAt, append(bytes.Clone(i.Code()), 0xCC))
	if i.Flow == Falls {
		return p.run(from, textAt)
	}
	s := *from
	s.regs.SetPC(textAt)
	p.load(&s)
	return p.step()
}

// moved steps through the copy, to its end or into a fault, and leads the registers back
// where it is still inside. Each stop on the way is given to look.
func (p *processor) moved(m *Moved, from *state, look func(*state)) *state {
	p.t.Helper()
	p.write(m.Addr, append(bytes.Clone(m.Code), 0xCC))
	s := *from
	s.regs.SetPC(m.Addr)
	p.load(&s)
	for range 100 { // a repeated instruction stops each time
		end := p.step()
		inside := end.regs
		if !m.Restore(&inside) {
			return end
		}
		if end.signal != syscall.SIGTRAP {
			end.regs = inside
			return end
		}
		look(end)
	}
	p.t.Fatalf("% x never ends", m.Code)
	return nil
}

// emulated is the state that Emulate makes.
func emulated(i *Inst, from *state) (*state, bool) {
	s := *from
	s.signal = syscall.SIGTRAP
	s.regs.SetPC(i.Addr)
	w, ok := i.Emulate(&s.regs, mem.Snapshot{{Addr: dataAt, Data: s.data}, {Addr: stackAt, Data: s.stack}})
	if !ok {
		return nil, false
	}
	b := w.Append(nil)
	s.data, s.stack = poke(s.data, dataAt, w.Addr, b), poke(s.stack, stackAt, w.Addr, b)
	return &s, true
}

// poke returns the area with b written at addr, if that is in it.
func poke(area []byte, at, addr abi.Addr, b []byte) []byte {
	if addr < at || addr+abi.Addr(len(b)) > at+abi.Addr(len(area)) {
		return area
	}
	area = bytes.Clone(area)
	copy(area[addr-at:], b)
	return area
}

// differences names what is not equal in two states.
func differences(a, b *state) (found []string) {
	if a.signal != b.signal {
		found = append(found, fmt.Sprintf("signals %v, %v", a.signal, b.signal))
	}
	for n, reg := range a.regs.ABI.Regs {
		x, y := a.regs.Values[n], b.regs.Values[n]
		if reg.Name == "eflags" {
			const resume, id = 1 << 16, 1 << 21 // set after faults, by some processors; not to be set by us
			x, y = x&^(resume|id|trap), y&^(resume|id|trap)
		}
		if x != y {
			found = append(found, fmt.Sprintf("%s %#x, %#x", reg.Name, x, y))
		}
	}
	if !bytes.Equal(a.data, b.data) || !bytes.Equal(a.stack, b.stack) {
		found = append(found, "memory")
	}
	if !bytes.Equal(plain(a.ext), plain(b.ext)) {
		found = append(found, "other registers")
	}
	return found
}

// plain is the registers without the x87 unit's last instruction and without what is only
// about how they are stored.
func plain(ext []byte) []byte {
	ext = bytes.Clone(ext)
	clear(ext[8:24])
	clear(ext[512:576])
	return ext
}

// random makes a state in which many values are addresses.
func (p *processor) random(r *rand.Rand) *state {
	s := &state{regs: p.idle, ext: bytes.Clone(p.idleExt), data: make([]byte, areaSize), stack: make([]byte, areaSize)}
	for n, reg := range s.regs.ABI.Regs {
		switch reg.Name {
		case "cs", "ss", "ds", "es", "fs", "gs", "orig_rax", "orig_eax":
		case "fs_base", "gs_base":
			s.regs.Values[n] = uint64(r.IntN(16) * 8)
		case "eflags":
			s.regs.Values[n] = 0x202 | r.Uint64()&arithmetic
		default:
			s.regs.Values[n] = p.word(r)
		}
	}
	s.regs.SetSP(stackAt + middle)
	for at := 0; at < areaSize; at += s.regs.ABI.Reg {
		p.put(s.data[at:], p.word(r))
		p.put(s.stack[at:], p.word(r)&^(trap|alignment))
	}
	const xmm, ymm = 160, 576
	for at := xmm; at < xmm+256; at += 8 {
		binary.LittleEndian.PutUint64(s.ext[at:], r.Uint64())
		binary.LittleEndian.PutUint64(s.ext[at-xmm+ymm:], r.Uint64())
	}
	const features, sseAndAVX = 512, 6
	s.ext[features] |= sseAndAVX
	return s
}

func (p *processor) put(b []byte, v uint64) {
	if p.idle.ABI.Reg == 4 {
		binary.LittleEndian.PutUint32(b, uint32(v))
		return
	}
	binary.LittleEndian.PutUint64(b, v)
}

func (p *processor) word(r *rand.Rand) uint64 {
	small := uint64(r.IntN(0x100)) * 8
	switch r.IntN(5) {
	case 0:
		return uint64(textAt) + 0x1000 + small
	case 1:
		return uint64(dataAt) + middle + small
	case 2:
		return small / 8
	case 3: // where signs change
		return p.idle.ABI.TruncateReg(uint64(r.IntN(3))<<(30+31*r.IntN(2)) + small - 0x400)
	}
	return p.idle.ABI.TruncateReg(r.Uint64())
}
