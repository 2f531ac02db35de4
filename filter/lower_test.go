package filter

import (
	"math/rand/v2"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/seccomp"
)

// lowered are conditions of which registers tell something.
var lowered = []string{
	`fd == 99`,
	`ioctl where fd == 99`,
	`write where fd != 1 and count > 100`,
	`write where fd < 0 or fd >= 5`,
	`lseek where offset < -1`,
	`lseek where offset <= 0x7fffffff and offset > 5000000000`,
	`openat where flags has O_WRONLY|O_CREAT`,
	`openat where not flags has O_RDONLY`,
	`openat where flags & O_ACCMODE == O_RDWR`,
	`openat where flags & O_ACCMODE != O_RDWR`,
	`openat where not (flags has O_CREAT and mode == 0644)`,
	`openat where dirfd == AT_FDCWD`,
	`openat where pathname ~ "/etc/*" and flags has O_CLOEXEC`,
	`openat where pathname ~ "/etc/*" or flags has O_CLOEXEC`,
	`mmap where prot has PROT_NONE or flags has MAP_SHARED`,
	`mmap where prot in (PROT_READ, PROT_READ|PROT_WRITE) and fd not in (-1, 3)`,
	`chown where owner == -1 and group > 70000`,
	`fchmod where mode == 0644 or mode > 0100000`,
	`write where &buf == NULL`,
	`name == "close" and fd == 3`,
	`name in ("close", "read") or abi == "i386" and fd == 4`,
	`not name == "close" and fd == 3`,
	`kill where pid == -1 and signum in (SIGTERM, SIGKILL)`,
	`futex where futex_op has FUTEX_WAKE and val == 1`,
	`fcntl where op == F_SETFD`,
	`fd == -1 and ret < 0`,
	`fd == 5000000000`,
	`fd != 5000000000`,
	`3 == fd or 7 > fd`,
	`sync where nr == 162`,
	`pread64 where offset > 100`,
	`mmap where length > 100 and prot has PROT_WRITE`,
	`pathname ~ "/etc/*"`,
	`addr.port == 443 or statbuf.size > 3`,
	`fd.path ~ "/dev/*" or ret.path ~ "/etc/*"`,
	`reverse(buf) contains "x" and count in (len(buf), 3)`,
	`socketcall where sockfd == 3`,
}

// What an expression holds for, its condition on registers lets pass.
func TestScalarCovers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	idle := 0 // expressions that held for no call
	for _, expr := range lowered {
		set, e, err := ParseWhere(expr)
		if err != nil {
			t.Errorf("%s", err)
			continue
		}
		w, held := &Where{rules: []clause{{set, e}}}, 0
		for _, a := range abi.All {
			rules, all := Sieve(a, w.Choices(AllCalls()))
			if all && expr != `fd != 5000000000` {
				t.Errorf("%s: all calls of %s have to stop", expr, a)
			}
			numbers := numbersIn(set, a)
			for range min(500, 500*len(numbers)) {
				held += covers(t, w, rules, randomCall(r, a, numbers))
			}
		}
		if held == 0 {
			t.Logf("%s holds for no call", expr)
			idle++
		}
	}
	if idle > len(lowered)/4 {
		t.Errorf("%d of %d expressions hold for no call", idle, len(lowered))
	}
}

// covers fails the test when a call meets a condition that its rules do not let pass. It
// returns one when it meets the condition.
func covers(t *testing.T, w *Where, rules []seccomp.Rule, c abi.Call) int {
	t.Helper()
	l := Look{Scene: Scene{Lookup: lookup{}}}
	verdict := w.Enter(&l, c, memory)
	if verdict == No || verdict == Later && !w.Leave(&l, abi.Result{Value: ^uint64(0) - 3, Failed: true}, 0, memory) {
		return 0
	}
	if !seccomp.Decide(rules, c.ABI.Audit, uint32(c.NR), &c.Args).Stop {
		t.Fatalf("%s %d%v meets the condition and does not stop", c.ABI, c.NR, c.Args)
	}
	return 1
}

// interesting are values that registers often have, or that are at an edge.
var interesting = []uint64{0, 1, 2, 3, 4, 5, 7, 9, 15, 99, 100, 101, 0x22, 0x41, 0x241, 0x80000, 0x80241, 0o644, 0o100644, 70001,
	0x7fffffff, 0x80000000, 0xffffffff, 0xffffff9c, 0xffffffffffffff9c, 0x1000, 0x2000, 0x666, 1 << 32, 1<<32 + 3, 5000000001, 1 << 63, ^uint64(0)}

// randomCall is one of the calls with some of the values.
func randomCall(r *rand.Rand, a *abi.ABI, numbers []uint64) abi.Call {
	c := abi.Call{ABI: a, NR: numbers[r.IntN(len(numbers))]}
	for i := range c.Args {
		c.Args[i] = a.TruncateReg(interesting[r.IntN(len(interesting))])
	}
	return c
}

// numbersIn are the numbers of the calls of a set.
func numbersIn(set *Calls, a *abi.ABI) []uint64 {
	var numbers []uint64
	for nr := range uint64(600) {
		if set.Has(a, nr|a.NRBit) {
			numbers = append(numbers, nr|a.NRBit)
		}
	}
	return numbers
}

// What registers decide is decided in the kernel, to the call.
func TestScalarDecides(t *testing.T) {
	for _, tt := range []struct {
		expr, call string
		args       [6]uint64
		stops      bool
	}{
		{`ioctl where fd == 99`, "ioctl", [6]uint64{99}, true},
		{`ioctl where fd == 99`, "ioctl", [6]uint64{98}, false},
		{`ioctl where fd == 99`, "ioctl", [6]uint64{1<<32 + 99}, true},
		{`ioctl where fd == 99`, "read", [6]uint64{99}, false},
		{`fd == 99`, "read", [6]uint64{99}, true},
		{`fd == 99`, "read", [6]uint64{9}, false},
		{`fd == 99`, "getpid", [6]uint64{99}, false},
		{`not fd == 99`, "getpid", [6]uint64{9}, false},
		{`openat where flags has O_WRONLY and pathname ~ "/etc/*"`, "openat", [6]uint64{0, 0, 2}, false},
		{`openat where flags has O_WRONLY and pathname ~ "/etc/*"`, "openat", [6]uint64{0, 0, 1}, true},
		{`name == "openat"`, "openat", [6]uint64{}, true},
		{`name == "openat"`, "open", [6]uint64{}, false},
		{`fd == 3 and ret < 0`, "read", [6]uint64{3}, true},
		{`fd == 3 and ret < 0`, "read", [6]uint64{4}, false},
		{`fd < 3`, "read", [6]uint64{0xffffffff}, true},
		{`fd < 3`, "read", [6]uint64{7}, false},
		{`fchmod where mode & 07000 == 0`, "fchmod", [6]uint64{3, 0o644}, true},
		{`fchmod where mode & 07000 == 0`, "fchmod", [6]uint64{3, 0o4755}, false},
		{`mmap where fd not in (-1, 3)`, "mmap", [6]uint64{0, 0, 0, 0, 0xffffffff}, false},
		{`mmap where fd not in (-1, 3)`, "mmap", [6]uint64{0, 0, 0, 0, 4}, true},
		{`pathname ~ "/etc/*"`, "openat", [6]uint64{}, true},
		{`pathname ~ "/etc/*"`, "read", [6]uint64{}, false},
		{`addr.port == 443`, "connect", [6]uint64{}, true},
		{`addr.port == 443`, "mmap", [6]uint64{}, false},
		{`ret.path ~ "/etc/*"`, "openat", [6]uint64{}, true},
		{`ret.path ~ "/etc/*"`, "read", [6]uint64{}, false},
		{`fd.path ~ "/etc/*"`, "read", [6]uint64{}, true},
		{`not fd.path ~ "/etc/*"`, "getpid", [6]uint64{}, false},
	} {
		var w Where
		if err := w.Add(tt.expr); err != nil {
			t.Error(err)
			continue
		}
		rules, _ := Sieve(abi.AMD64, w.Choices(AllCalls()))
		nr := numberOf(t, abi.AMD64, tt.call)
		if got := seccomp.Decide(rules, abi.AMD64.Audit, uint32(nr), &tt.args).Stop; got != tt.stops {
			t.Errorf("%s: %s%v stops: %v", tt.expr, tt.call, tt.args, got)
		}
	}
}

// A condition on every call fits into a filter.
func TestSieveFits(t *testing.T) {
	for _, expr := range []string{`fd == 99`, `fd in (1, 2, 3) and ret < 0`, `fd == 3 or flags has O_CLOEXEC`} {
		var w Where
		if err := w.Add(expr); err != nil {
			t.Fatal(err)
		}
		var rules []seccomp.Rule
		for _, a := range []*abi.ABI{abi.AMD64, abi.I386, abi.X32} {
			some, _ := Sieve(a, w.Choices(AllCalls()))
			rules = append(rules, some...)
		}
		if p := seccomp.Compile(rules); !p.Exact {
			t.Errorf("%s does not fit", expr)
		} else {
			t.Logf("%s: %d rules, %d instructions", expr, len(rules), len(p.Code))
		}
	}
}

// Expressions, registers and memory of any kind neither panic nor decide in the kernel what
// the expression would not.
func FuzzWhere(f *testing.F) {
	for i, expr := range lowered {
		f.Add(expr, uint16(i), uint64(3), uint64(0x1000), []byte("/etc/hosts\x00"))
	}
	for _, expr := range []string{`connect where addr.port == 443`, `sendmsg where msg.iov[0].base contains "x"`, `execve where argv[1] == "x"`,
		`statbuf.size > 3 and errno == 0`, `fd.path ~ "/dev/*"`, `write where reverse(buf)[1:] ~ /x+/`, `replace(pathname, "a", "b") + "c" == "x"`} {
		f.Add(expr, uint16(1), uint64(0x1000), uint64(16), []byte("\x02\x00\x01\xbb\x00\x10\x00\x00\x00\x00\x00\x00"))
	}
	f.Fuzz(func(t *testing.T, expr string, nr uint16, x, y uint64, data []byte) {
		var w Where
		if w.Add(expr) != nil {
			return
		}
		a := abi.All[int(nr)%len(abi.All)]
		c := abi.Call{ABI: a, NR: uint64(nr%600) | a.NRBit}
		for i := range c.Args {
			c.Args[i] = a.TruncateReg([2]uint64{x, y}[i%2])
		}
		m := mem.Snapshot{{Addr: 0x1000, Data: data}}
		l := Look{Scene: Scene{Lookup: lookup{}}}
		verdict := w.Enter(&l, c, m)
		holds := w.Leave(&l, abi.Result{Value: y}, 1, m)
		if verdict != Later {
			holds = verdict == Yes
		}
		rules, _ := Sieve(a, w.Choices(AllCalls()))
		if holds && !seccomp.Decide(rules, a.Audit, uint32(c.NR), &c.Args).Stop {
			t.Fatalf("%s: %s %d%v meets the condition and does not stop", expr, a, c.NR, c.Args)
		}
	})
}
