package trial

import (
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/trace"
)

// exec notes where the dynamic loader of a process's new program is: right after an execve
// nothing else is mapped but the program itself.
func (r *recorder) exec(t *trace.Task) {
	delete(r.loaders, t.TGID())
	exe, err := procfs.Exe(t.TGID())
	if err != nil {
		return
	}
	maps, err := procfs.Maps(t.TGID())
	if err != nil {
		return
	}
	for _, m := range maps {
		if !strings.HasPrefix(m.Path, "/") || m.Path == exe {
			continue
		}
		known, ok := r.loaders[t.TGID()]
		if !ok {
			known = m
		}
		known.End = m.End
		r.loaders[t.TGID()] = known
	}
}

// starting reports whether a call belongs to the start of a program: it is the execve of the
// first one, or the loader makes it and nobody else has made one yet.
func (r *recorder) starting(t *trace.Task, e *trace.SyscallEnter) bool {
	loader, ok := r.loaders[t.TGID()]
	if ok && !loader.Contains(e.PC) {
		delete(r.loaders, t.TGID())
		ok = false
	}
	return ok || t.TID() == r.program && !r.started && e.Call.NR == abi.Native.ExecNR
}
