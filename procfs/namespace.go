package procfs

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
)

// A homeNamespace compares namespaces of one kind with our own.
type homeNamespace struct{ own, other []byte }

// same reports whether the task is in our own namespace.
func (h *homeNamespace) same(tid int, kind string) bool {
	var err error
	if len(h.own) == 0 {
		if h.own, err = AppendNamespace(h.own[:0], os.Getpid(), kind); err != nil {
			return true
		}
	}
	h.other, err = AppendNamespace(h.other[:0], tid, kind)
	return err != nil || bytes.Equal(h.own, h.other)
}

// A Translator finds the tasks behind ids of other pid namespaces. It is not safe for
// concurrent use.
type Translator struct{ pids homeNamespace }

// Ours returns the id, in our pid namespace, of the task that has the id num in the pid
// namespace of the task tid; zero when there is none that we can see.
func (t *Translator) Ours(tid, num int) int {
	if t.pids.same(tid, "pid") {
		return num
	}
	at, err := Status(tid)
	if err != nil || len(at.NSpid) == 0 {
		return 0
	}
	level := len(at.NSpid) - 1
	if at.NSpid[level] == num {
		return tid
	}
	if ours := t.among("/proc", level, num); ours != 0 {
		return ours
	}
	return t.among("/proc/[0-9]*/task", level, num)
}

// among looks through the tasks below directories for one that has the id num at that
// level of the namespaces that hold the one of t.pids.other.
func (t *Translator) among(dirs string, level, num int) int {
	names, _ := filepath.Glob(dirs + "/[0-9]*")
	for _, name := range names {
		id, err := strconv.Atoi(filepath.Base(name))
		if err != nil {
			continue
		}
		s, err := Status(id)
		if err == nil && len(s.NSpid) > level && s.NSpid[level] == num && t.holds(id, len(s.NSpid)-1 == level) {
			return id
		}
	}
	return 0
}

// holds reports whether the namespace of a task is the one looked for. Of one that is
// nested deeper that cannot be told.
func (t *Translator) holds(id int, innermost bool) bool {
	if !innermost {
		return true
	}
	namespace, err := AppendNamespace(nil, id, "pid")
	return err == nil && bytes.Equal(namespace, t.pids.other)
}
