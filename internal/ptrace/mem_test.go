package ptrace

import (
	"bytes"
	"os/exec"
	"syscall"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/procfs"
)

func TestReadAndWriteMem(t *testing.T) {
	c := seized(t, options, "cat")
	entry := c.reading()
	c.say("hello")
	c.next()
	buf, addr := make([]byte, 5), abi.Addr(entry.Args[1])
	if n, err := ReadMem(c.pid, buf, addr); n != 5 || err != nil || string(buf) != "hello" {
		t.Errorf("read %q, %d, %v", buf, n, err)
	}
	if n, err := WriteMem(c.pid, []byte("HELLO"), addr); n != 5 || err != nil {
		t.Errorf("wrote %d, %v", n, err)
	}
	c.entry(syscall.SYS_WRITE, 1)
	c.next()
	c.hears("HELLO")
}

func TestReadMemAtTheEdge(t *testing.T) {
	c := seized(t, options, "cat")
	end := stackEnd(t, c.pid)
	buf := make([]byte, 100)
	n, err := ReadMem(c.pid, buf, end-40)
	if n != 40 {
		t.Errorf("read %d of 40 bytes", n)
	}
	refused(t, err, syscall.EFAULT)
	n, err = ReadMem(c.pid, buf, end)
	if n != 0 {
		t.Errorf("read %d bytes of nothing", n)
	}
	refused(t, err, syscall.EFAULT)
	for _, addr := range []abi.Addr{0, 1 << 63, 1<<64 - 1, 1<<64 - 50} {
		if n, err := ReadMem(c.pid, buf, addr); n != 0 || err == nil {
			t.Errorf("read %d bytes at %s, %v", n, addr, err)
		}
	}
	if n, err := ReadMem(c.pid, nil, 0); n != 0 || err != nil {
		t.Errorf("reading nothing: %d, %v", n, err)
	}
}

// stackEnd is an address behind which there is no memory.
func stackEnd(t *testing.T, pid int) abi.Addr {
	return mapping(t, pid, func(m *procfs.Mapping) bool { return m.Path == "[stack]" }).End
}

func mapping(t *testing.T, pid int, wanted func(*procfs.Mapping) bool) procfs.Mapping {
	t.Helper()
	maps, err := procfs.Maps(pid)
	must(t, err)
	for i := range maps {
		if wanted(&maps[i]) {
			return maps[i]
		}
	}
	t.Fatalf("no such mapping in %+v", maps)
	return procfs.Mapping{}
}

func TestReadOnlyText(t *testing.T) {
	c := seized(t, options, "cat")
	c.reading()
	r := regs(c)
	pc := r.PC()
	before := make([]byte, 4)
	_, err := ReadMem(c.pid, before, pc)
	must(t, err)

	_, err = WriteMem(c.pid, host.Break, pc)
	refused(t, err, syscall.EFAULT)

	m, err := OpenMem(c.pid)
	must(t, err)
	defer m.Close()
	n, err := m.WriteAt(host.Break, int64(pc))
	if n != len(host.Break) || err != nil {
		t.Fatalf("wrote %d, %v", n, err)
	}
	after := make([]byte, 4)
	if n, err := m.ReadAt(after, int64(pc)); n != 4 || err != nil || !bytes.HasPrefix(after, host.Break) {
		t.Errorf("read back % x, %d, %v", after, n, err)
	}
	c.say("hello")
	c.next()
	must(t, Cont(c.pid, 0)) // into the breakpoint
	if s := c.wait(); s.StopSignal() != syscall.SIGTRAP || s.SyscallStop() {
		t.Errorf("breakpoint stops with %+v", s)
	}
	if r := regs(c); r.PC() != pc+abi.Addr(host.BreakAdjust) {
		t.Errorf("stopped at %s, breakpoint at %s", r.PC(), pc)
	}
	_, err = m.WriteAt(before, int64(pc))
	must(t, err)
	must(t, SetRegs(c.pid, &r))
}

func TestMemFileRefuses(t *testing.T) {
	c := seized(t, options, "cat")
	m, err := OpenMem(c.pid)
	must(t, err)
	defer m.Close()
	buf := make([]byte, 100)
	n, err := m.ReadAt(buf, int64(stackEnd(t, c.pid)-40))
	if n != 40 {
		t.Errorf("read %d of 40 bytes", n)
	}
	refused(t, err, syscall.EIO)
	c.end()
	_, err = m.ReadAt(buf, 0x1000)
	refused(t, err, syscall.ESRCH)
	_, err = OpenMem(c.pid)
	refused(t, err, syscall.ESRCH)
	_, err = ReadMem(c.pid, buf, 0x1000)
	if !Gone(err) {
		t.Errorf("reading a dead task: %v", err)
	}
}

func TestPeekAndPoke(t *testing.T) {
	c := seized(t, options, "cat")
	c.reading()
	r := regs(c)
	for name, f := range map[string]struct {
		peek func(int, abi.Addr) (uint64, error)
		poke func(int, abi.Addr, uint64) error
		addr abi.Addr
	}{
		"text": {PeekText, PokeText, r.PC()},
		"data": {PeekData, PokeData, r.SP()},
	} {
		before, err := f.peek(c.pid, f.addr)
		must(t, err)
		must(t, f.poke(c.pid, f.addr, ^before))
		if got, err := f.peek(c.pid, f.addr); err != nil || got != ^before {
			t.Errorf("%s: poked %#x, peeked %#x, %v", name, ^before, got, err)
		}
		must(t, f.poke(c.pid, f.addr, before))
		_, err = f.peek(c.pid, 0)
		refused(t, err, syscall.EIO)
	}
}

// The memory of a process that has ended is gone also for whom /proc shows it as root's.
func TestMemOfTheDead(t *testing.T) {
	cmd := exec.Command("true")
	must(t, cmd.Start())
	defer cmd.Wait()
	fixture.AwaitState(t, cmd.Process.Pid, "Z")
	onThread(t, func() {
		must(t, syscall.Setfsuid(65534)) // of this thread, which ends with the test
		_, err := OpenMem(cmd.Process.Pid)
		refused(t, err, syscall.ESRCH)
	})
}
