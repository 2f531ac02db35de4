package stack

import (
	"slices"
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/capture"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/unwind"
)

// A Resolver walks the stacks of a process that was captured, once or again and again,
// and names their frames.
type Resolver struct {
	// Space returns the files that a captured process has mapped. It is asked again when
	// the mappings have changed.
	Space func(*capture.Process) (*image.Space, error)
	// Call decodes a system call; nil shows none.
	Call func(c *abi.Call, m mem.Reader) *Call
	// Limit is how many frames a stack has at most, the innermost; zero for no limit.
	Limit int
	// Thread is the only one that is resolved; zero for all.
	Thread int

	space *image.Space
	code  []procfs.Mapping // executable
	names *unwind.Names
	walk  []unwind.Frame
}

// more is how a stack ends that has more frames than asked for.
const more = "more frames follow"

// Resolve returns the stacks of what was captured.
func (r *Resolver) Resolve(p *capture.Process) (*Process, error) {
	if err := r.meet(p); err != nil {
		return nil, err
	}
	u := &unwind.Unwinder{Space: r.space, Memory: p.Memory}
	if r.Limit > 0 {
		u.Limit = r.Limit + 1 // one more tells that there are more
	}
	resolved := &Process{PID: p.PID, Frozen: p.Frozen}
	for i := range p.Threads {
		if t := &p.Threads[i]; r.Thread == 0 || r.Thread == t.TID {
			resolved.Threads = append(resolved.Threads, r.thread(u, t))
		}
	}
	return resolved, nil
}

// meet finds the files of the process, unless their code is mapped as it was the last
// time.
func (r *Resolver) meet(p *capture.Process) (err error) {
	code := executable(p.Maps)
	if r.space != nil && slices.Equal(r.code, code) {
		return nil
	}
	r.space, err = r.Space(p)
	r.code, r.names = code, &unwind.Names{}
	return err
}

func executable(maps []procfs.Mapping) (code []procfs.Mapping) {
	for _, m := range maps {
		if m.Perm&procfs.Executable != 0 {
			code = append(code, m)
		}
	}
	return code
}

func (r *Resolver) thread(u *unwind.Unwinder, t *capture.Thread) Thread {
	named := Thread{TID: t.TID, Name: t.Name, State: t.State, ABI: t.Regs.ABI, Wchan: t.Wchan}
	if t.Call != nil && r.Call != nil {
		named.Call = r.Call(t.Call, u.Memory)
	}
	if t.Err != nil {
		named.Ended = t.Err.Error()
		return named
	}
	var err error
	r.walk, err = u.Walk(r.walk[:0], &t.Regs)
	named.Frames = r.frames(r.walk)
	switch {
	case len(named.Frames) < len(r.walk):
		named.Ended = more
	case err != nil:
		named.Ended = strings.TrimPrefix(err.Error(), "unwind: ")
	}
	return named
}

// frames names the frames of a walk, as many as are asked for.
func (r *Resolver) frames(walk []unwind.Frame) []Frame {
	if r.Limit > 0 && len(walk) > r.Limit {
		walk = walk[:r.Limit]
	}
	frames := make([]Frame, len(walk))
	for i, f := range walk {
		frames[i] = Frame{Frame: f, Places: r.names.Of(&f)}
	}
	return frames
}
