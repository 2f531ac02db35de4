package syscalls

import (
	"sync"
	"sync/atomic"

	"github.com/trapline/trapline/abi"
)

// families are the rows that every ABI shares, one slice a file, those that most programs
// need first. A row serves each ABI that has a call of its name.
var families = []func() []Syscall{memoryCalls, fileCalls, statCalls, processCalls, futexCalls, signalCalls, recentCalls, pollCalls, timeCalls, credsCalls, schedCalls, readdirCalls, fcntlCalls, miscCalls, utimeCalls, obsoleteCalls, ioctlCalls, netCalls, prctlCalls, xattrCalls, mountCalls, notifyCalls, aioCalls, uringCalls, ptraceCalls, bpfCalls, fsmountCalls, quotaCalls, lsmCalls, namespaceCalls, ipcCalls, keyCalls}

// lazy makes the rows of a subsystem when they are first asked for: making all of them
// takes longer than many a command that needs none.
func lazy(rows func() []Syscall) func() []Syscall { return sync.OnceValue(rows) }

// only returns the rows of one ABI. They stand in for shared rows of the same name.
func only(a *abi.ABI) []func() []Syscall {
	switch a {
	case abi.ARM64:
		return []func() []Syscall{otherProcessCalls}
	case abi.I386:
		return []func() []Syscall{i386MemoryCalls, otherProcessCalls, i386SchedCalls, i386CredsCalls, i386FileCalls, i386MuxCalls}
	}
	return nil
}

// tables are the tables of all ABIs, in the order of abi.All.
var tables = sync.OnceValue(func() [4]*Table {
	var all [4]*Table
	for i, a := range abi.All {
		all[i] = newTable(a)
	}
	return all
})

// For returns the table of an ABI. Every call of the ABI has a row; one that
// nobody has described has a name and nothing else.
func For(a *abi.ABI) *Table {
	for i, known := range abi.All {
		if known == a {
			return tables()[i]
		}
	}
	return &Table{ABI: a}
}

// names returns the generated names by number, without the ABI's NRBit.
func names(a *abi.ABI) []string {
	switch a {
	case abi.AMD64:
		return amd64Names
	case abi.I386:
		return i386Names
	case abi.X32:
		return x32Names
	case abi.ARM64:
		return arm64Names
	}
	return nil
}

func newTable(a *abi.ABI) *Table {
	return &Table{ABI: a, names: names(a), rows: make([]atomic.Pointer[Syscall], len(names(a)))}
}

// describe finds the row of a number when it is first asked for: most programs make few of
// the calls there are.
func (t *Table) describe(nr uint64) *Syscall {
	name := t.names[nr]
	if name == "" {
		return nil
	}
	t.rows[nr].CompareAndSwap(nil, find(t.ABI, name))
	return t.rows[nr].Load()
}

// find makes families until one has the row of that name.
func find(a *abi.ABI, name string) *Syscall {
	for _, group := range [...][]func() []Syscall{only(a), families} {
		for _, family := range group {
			rows := family()
			for i := range rows {
				if rows[i].Name == name {
					return &rows[i]
				}
			}
		}
	}
	return &Syscall{Name: name}
}

// Named returns the number, which includes ABI.NRBit, and the row of the call of
// that name.
func (t *Table) Named(name string) (nr uint64, row *Syscall, ok bool) {
	for i, known := range t.names {
		if known == name && name != "" {
			nr = uint64(i) | t.ABI.NRBit
			return nr, t.Row(nr), true
		}
	}
	return 0, nil, false
}

// Names returns the names of all calls, by number.
func (t *Table) Names() []string {
	all := make([]string, 0, len(t.names))
	for _, name := range t.names {
		if name != "" {
			all = append(all, name)
		}
	}
	return all
}

// all calls yield with the row of each call, by number, until it returns false.
func (t *Table) all(yield func(*Syscall) bool) {
	for nr := range t.names {
		if row := t.Row(uint64(nr) | t.ABI.NRBit); row != nil && !yield(row) {
			return
		}
	}
}
