package backtrace

import (
	"sort"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/trace"
)

// Mapping are the calls that change which code a process has, as package filter reads
// sets of calls: a Walker has to see them.
const Mapping = "?mmap,?mmap2,munmap,mprotect,pkey_mprotect,mremap,remap_file_pages"

// Handle implements trace.Handler: it takes note of what processes map.
func (w *Walker) Handle(s *trace.Stop) (trace.Action, error) {
	tgid := s.Task.TGID()
	switch e := s.Event.(type) {
	case *trace.SyscallExit:
		if p := w.processes[tgid]; p != nil && e.Entered && !e.Result.Failed && p.changed(e) {
			p.family.changes++
		}
	case *trace.NewTask:
		if !e.Thread {
			w.born(tgid, e.Parent)
		}
	case *trace.Exec:
		delete(w.processes, tgid)
	case *trace.Exited:
		if s.Task.TID() == tgid {
			delete(w.processes, tgid)
		}
	}
	return trace.Action{}, nil
}

const executable = 4 // PROT_EXEC

// changed reports whether a call that succeeded has mapped other code.
func (p *process) changed(e *trace.SyscallExit) bool {
	row := syscalls.For(e.Call.ABI).Row(e.Call.NR)
	if row == nil {
		return false
	}
	a := &e.Call.Args
	switch row.Name {
	case "mmap", "mmap2":
		if e.Call.ABI == abi.I386 && row.Name == "mmap" {
			return true // its arguments are in memory
		}
		return a[2]&executable != 0 || p.code(e.Result.Value, a[1])
	case "mprotect", "pkey_mprotect":
		return a[2]&executable != 0 || p.code(a[0], a[1])
	case "munmap", "remap_file_pages":
		return p.code(a[0], a[1])
	case "mremap":
		return p.code(a[0], a[1]) || p.code(e.Result.Value, a[2])
	}
	return false
}

// code reports whether there may be code in size bytes from start on.
func (p *process) code(start, size uint64) bool {
	if p.unwinder.Space == nil {
		return true
	}
	modules := p.unwinder.Space.Modules()
	i := sort.Search(len(modules), func(i int) bool { return uint64(modules[i].End) > start })
	return i < len(modules) && uint64(modules[i].Start)-min(start, uint64(modules[i].Start)) < size
}
