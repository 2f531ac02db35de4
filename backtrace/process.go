package backtrace

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/unwind"
)

// A process is what is known of one.
type process struct {
	unwinder unwind.Unwinder
	family   *family
	seen     int      // the family's changes when its mappings were read
	lost     abi.Addr // where nothing was mapped even after a second look
}

// A family is processes that may share memory: what one maps, all may have. They are
// those that descend from each other without a new program in between.
type family struct{ changes int }

// process returns what is known of the task's process, as it is now.
func (w *Walker) process(t *trace.Task) (*process, error) {
	p := w.processes[t.TGID()]
	if p == nil {
		p = &process{family: &family{}}
		w.processes[t.TGID()] = p
	}
	if p.unwinder.Space != nil && p.seen == p.family.changes {
		return p, nil
	}
	return p, w.refresh(p, t)
}

// refresh looks at what the process has mapped.
func (w *Walker) refresh(p *process, t *trace.Task) error {
	maps, err := mappings(t)
	if err != nil {
		return err
	}
	space := p.unwinder.Space
	if space == nil {
		space = image.NewSpace(maps, w.files.Running(t.TGID()))
	} else {
		space.Refresh(maps)
	}
	p.unwinder, p.seen = unwind.Unwinder{Space: space}, p.family.changes
	return nil
}

// mappings are those of the task's process. A leader that has ended has none, but its
// threads do.
func mappings(t *trace.Task) ([]procfs.Mapping, error) {
	maps, err := procfs.Maps(t.TGID())
	if len(maps) == 0 && t.TID() != t.TGID() {
		return procfs.Maps(t.TID())
	}
	return maps, err
}

// born takes note of a new process.
func (w *Walker) born(tgid int, parent *trace.Task) {
	delete(w.processes, tgid)
	if parent == nil {
		return
	}
	if p := w.processes[parent.TGID()]; p != nil {
		w.processes[tgid] = &process{family: p.family}
	}
}
