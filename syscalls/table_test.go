package syscalls

import (
	"testing"

	"github.com/trapline/trapline/abi"
)

func TestNumbers(t *testing.T) {
	for _, test := range []struct {
		abi  *abi.ABI
		nr   uint64
		name string
	}{
		{abi.AMD64, 0, "read"},
		{abi.AMD64, 9, "mmap"},
		{abi.AMD64, 59, "execve"},
		{abi.AMD64, 231, "exit_group"},
		{abi.AMD64, 257, "openat"},
		{abi.AMD64, 334, "rseq"},
		{abi.AMD64, 435, "clone3"},
		{abi.I386, 0, "restart_syscall"},
		{abi.I386, 3, "read"},
		{abi.I386, 90, "mmap"},
		{abi.I386, 102, "socketcall"},
		{abi.I386, 192, "mmap2"},
		{abi.I386, 403, "clock_gettime64"},
		{abi.X32, 0x40000000, "read"},
		{abi.X32, 0x40000000 + 512, "rt_sigaction"},
		{abi.X32, 0x40000000 + 520, "execve"},
		{abi.X32, 0x40000000 + 547, "pwritev2"},
		{abi.ARM64, 56, "openat"},
		{abi.ARM64, 63, "read"},
		{abi.ARM64, 222, "mmap"},
		{abi.ARM64, 291, "statx"},
	} {
		table := For(test.abi)
		row := table.Row(test.nr)
		if row == nil || row.Name != test.name {
			t.Errorf("%s %#x is %v, want %s", test.abi, test.nr, row, test.name)
			continue
		}
		if nr, named, ok := table.Named(test.name); nr != test.nr || named != row || !ok {
			t.Errorf("%s: Named(%s) = %#x", test.abi, test.name, nr)
		}
	}
}

func TestNoSuchCall(t *testing.T) {
	for _, test := range []struct {
		abi *abi.ABI
		nr  uint64
	}{
		{abi.AMD64, 400}, {abi.AMD64, 1 << 40}, {abi.AMD64, ^uint64(0)}, {abi.AMD64, 0x40000000},
		{abi.X32, 0}, {abi.X32, 0x40000000 + 13}, {abi.X32, 0x40000000 + 5000},
		{abi.I386, 223}, {abi.ARM64, 244},
		{&abi.ABI{Name: "vax"}, 1},
	} {
		if row := For(test.abi).Row(test.nr); row != nil {
			t.Errorf("%s has a call %#x: %s", test.abi, test.nr, row.Name)
		}
	}
}

// A name stands for one call of an ABI.
func TestNamesUnique(t *testing.T) {
	for _, a := range abi.All {
		seen := map[string]bool{}
		for _, name := range For(a).Names() {
			if seen[name] {
				t.Errorf("%s has two calls named %s", a, name)
			}
			seen[name] = true
		}
	}
}

// Every described call exists: a row whose name no ABI has is a misspelling.
func TestRowsExist(t *testing.T) {
	for _, calls := range families {
		for _, row := range calls() {
			if !exists(row.Name) {
				t.Errorf("no ABI has a call %s", row.Name)
			}
		}
	}
	for _, a := range abi.All {
		for _, calls := range only(a) {
			for _, row := range calls() {
				if _, _, ok := For(a).Named(row.Name); !ok {
					t.Errorf("%s has no call %s", a, row.Name)
				}
			}
		}
	}
}

func exists(name string) bool {
	for _, a := range abi.All {
		if _, _, ok := For(a).Named(name); ok {
			return true
		}
	}
	return false
}

// No call is described twice.
func TestRowsUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, calls := range families {
		for _, row := range calls() {
			if seen[row.Name] {
				t.Errorf("%s is described twice", row.Name)
			}
			seen[row.Name] = true
		}
	}
}

// Every call has a row that describes it.
func TestRollCall(t *testing.T) {
	for _, a := range abi.All {
		for _, name := range For(a).Names() {
			if _, row, _ := For(a).Named(name); row.Params == nil {
				t.Errorf("%s %s is not described", a, name)
			}
		}
	}
}
