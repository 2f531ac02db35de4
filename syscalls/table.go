package syscalls

import (
	"sync"

	"github.com/trapline/trapline/abi"
)

// families are the rows that every ABI shares, one slice a file. A row serves
// each ABI that has a call of its name.
var families = []func() []Syscall{fileCalls, fcntlCalls, statCalls, ioctlCalls, xattrCalls, mountCalls, notifyCalls, aioCalls, uringCalls, utimeCalls, signalCalls, memoryCalls, processCalls, ptraceCalls, obsoleteCalls, prctlCalls, miscCalls, bpfCalls, schedCalls, credsCalls, fsmountCalls, quotaCalls, lsmCalls, readdirCalls, namespaceCalls, recentCalls, pollCalls, timeCalls, futexCalls, netCalls, ipcCalls, keyCalls}

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

// tables holds the table of each ABI, in the order of abi.All. A table is made
// when it is first asked for.
var tables [4]struct {
	once  sync.Once
	table *Table
}

// For returns the table of an ABI. Every call of the ABI has a row; one that
// nobody has described has a name and nothing else.
func For(a *abi.ABI) *Table {
	for i, known := range abi.All {
		if known == a {
			t := &tables[i]
			t.once.Do(func() { t.table = newTable(a) })
			return t.table
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
	described := make(map[string]*Syscall, len(names(a)))
	for _, group := range [...][]func() []Syscall{families, only(a)} {
		for _, family := range group {
			rows := family()
			for i := range rows {
				described[rows[i].Name] = &rows[i]
			}
		}
	}
	byNumber := names(a)
	t := &Table{ABI: a, rows: make([]*Syscall, len(byNumber))}
	for nr, name := range byNumber {
		if name == "" {
			continue
		}
		row := described[name]
		if row == nil {
			row = &Syscall{Name: name}
		}
		t.rows[nr] = row
	}
	return t
}

// Named returns the number, which includes ABI.NRBit, and the row of the call of
// that name.
func (t *Table) Named(name string) (nr uint64, row *Syscall, ok bool) {
	for i, row := range t.rows {
		if row != nil && row.Name == name {
			return uint64(i) | t.ABI.NRBit, row, true
		}
	}
	return 0, nil, false
}

// Names returns the names of all calls, by number.
func (t *Table) Names() []string {
	all := make([]string, 0, len(t.rows))
	for _, row := range t.rows {
		if row != nil {
			all = append(all, row.Name)
		}
	}
	return all
}
