package ptrace

import (
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/fixture"
)

func regs(c *tracee) abi.Regs {
	c.Helper()
	var r abi.Regs
	must(c, GetRegs(c.pid, &r))
	return r
}

func TestRegsAgreeWithSyscallInfo(t *testing.T) {
	c := seized(t, options, "cat")
	entry := c.reading()
	r := regs(c)
	if r.ABI != host || uint64(r.PC()) != entry.PC || uint64(r.SP()) != entry.SP {
		t.Errorf("%s at pc %s sp %s, want %+v", r.ABI, r.PC(), r.SP(), entry)
	}
	for i, reg := range r.ABI.Args {
		if r.Values[reg] != entry.Args[i] {
			t.Errorf("argument %d is %#x, want %#x", i, r.Values[reg], entry.Args[i])
		}
	}
	if r.ABI.NR >= 0 && r.Values[r.ABI.NR] != entry.NR {
		t.Errorf("number is %d, want %d", r.Values[r.ABI.NR], entry.NR)
	}
}

func TestSetRegs(t *testing.T) {
	c := seized(t, options, "cat")
	c.reading()
	before := regs(c)
	must(t, SetRegs(c.pid, &before))
	if diff := cmp.Diff(before.Values, regs(c).Values); diff != "" {
		t.Errorf("set as they were: -want +got:\n%s", diff)
	}
	c.say("hello")
	c.entry(syscall.SYS_WRITE, 1)
	r := regs(c)
	r.Values[r.ABI.Args[2]] = 3
	must(t, SetRegs(c.pid, &r))
	if exit := c.next(); exit.RVal != 3 {
		t.Errorf("wrote %d bytes", exit.RVal)
	}
	c.hears("hel")
}

func TestRegsOfI386(t *testing.T) {
	if host != abi.AMD64 {
		fixture.LeaveOut(t, "no i386 programs on this machine")
	}
	c := gated(t, options, fixture.Build(t, "getppid", fixture.M32), "3")
	const getppid = 64
	for {
		entry := c.next()
		if entry.Op != OpEntry || entry.NR != getppid || abi.Of(entry.Arch, entry.NR) != abi.I386 {
			continue
		}
		r := regs(c)
		if r.ABI != abi.I386 || r.Values[abi.I386.NR] != getppid || uint64(r.PC()) != entry.PC || uint64(r.SP()) != entry.SP {
			t.Errorf("registers are %+v at %+v", r, entry)
		}
		must(t, SetRegs(c.pid, &r))
		if diff := cmp.Diff(r.Values, regs(c).Values); diff != "" {
			t.Errorf("set as they were: -want +got:\n%s", diff)
		}
		c.next()
		r = regs(c)
		r.Values[abi.I386.Result] = 0xffffffda // -ENOSYS
		must(t, SetRegs(c.pid, &r))
		if exit := c.info(); !exit.IsError || exit.RVal != -int64(syscall.ENOSYS) {
			t.Errorf("exit is %+v", exit)
		}
		return
	}
}

func TestRegsOfX32(t *testing.T) {
	if host != abi.AMD64 {
		fixture.LeaveOut(t, "no x32 numbers on this machine")
	}
	c := gated(t, options, fixture.Build(t, "x32nr"))
	for {
		if i := c.next(); i.Op == OpEntry && abi.Of(i.Arch, i.NR) == abi.X32 {
			if r := regs(c); r.ABI != abi.X32 || r.Values[abi.X32.NR] != i.NR {
				t.Errorf("registers are %+v", r)
			}
			return
		}
	}
}

func TestRegSets(t *testing.T) {
	c := seized(t, options, "cat")
	var buf [4096]byte
	n, err := GetRegSet(c.pid, NTPrFPReg, buf[:])
	if err != nil || n == 0 {
		t.Fatalf("floating point registers: %d bytes, %v", n, err)
	}
	must(t, SetRegSet(c.pid, NTPrFPReg, buf[:n]))
	short, err := GetRegSet(c.pid, NTPrStatus, buf[:16])
	if err != nil || short != 16 {
		t.Errorf("into 16 bytes went %d, %v", short, err)
	}
	_, err = GetRegSet(c.pid, 0x7777, buf[:])
	refused(t, err, syscall.EINVAL)
}

// TestRegsOfEveryABI encodes and decodes without a tracee.
func TestRegsOfEveryABI(t *testing.T) {
	for _, a := range abi.All {
		want := abi.Regs{ABI: a}
		for i := range a.Regs {
			want.Values[i] = uint64(i + 1)
		}
		if a == abi.X32 {
			want.Values[a.NR] = a.NRBit | 1
		}
		raw := encodeRegs(nil, &want)
		if len(raw) != layoutSize(a) {
			t.Errorf("%s: %d bytes", a, len(raw))
		}
		var got abi.Regs
		if !DecodeRegs(raw, &got) || got.ABI != a || got.Values != want.Values {
			t.Errorf("%s: got %+v", a, got)
		}
	}
	var r abi.Regs
	for _, size := range []int{0, 1, 67, 72, 215, 271} {
		if DecodeRegs(make([]byte, size), &r) {
			t.Errorf("%d bytes decode as %s", size, r.ABI)
		}
	}
}

func TestUserArea(t *testing.T) {
	if host != abi.AMD64 {
		fixture.LeaveOut(t, "no user area on this machine")
	}
	c := seized(t, options, "cat")
	c.reading()
	offset := uintptr(8 * abi.AMD64.Args[2])
	word, err := PeekUser(c.pid, offset)
	if r := regs(c); err != nil || word != r.Values[abi.AMD64.Args[2]] {
		t.Errorf("peeked %#x, %v", word, err)
	}
	must(t, PokeUser(c.pid, offset, 7))
	if r := regs(c); r.Values[abi.AMD64.Args[2]] != 7 {
		t.Errorf("poked, became %#x", r.Values[abi.AMD64.Args[2]])
	}
}

func TestRseq(t *testing.T) {
	c := seized(t, options, "cat")
	needs(c, FeatureGetRseq)
	var addr, size uint64 // as the C library registers them, if it does
	for i := c.next(); i.Op != OpEntry || i.NR != syscall.SYS_READ || i.Args[0] != 0; i = c.next() {
		if i.Op == OpEntry && i.NR == unix.SYS_RSEQ {
			addr, size = i.Args[0], i.Args[1]
		}
	}
	got, err := GetRseq(c.pid)
	must(t, err)
	if addr != 0 && (uint64(got.Addr) != addr || uint64(got.Size) != size) {
		t.Errorf("rseq is %+v, registered at %#x with %d bytes", got, addr, size)
	}
}
