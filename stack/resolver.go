package stack

import (
	"errors"
	"slices"
	"strings"
	"time"

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
	// Open opens the files that the process has mapped.
	Open image.Opener
	// Call decodes a system call; nil shows none.
	Call func(c *abi.Call, m mem.Reader) *Call
	// Clock is the monotonic clock that the process reads; nil if it does not run.
	Clock func() time.Duration
	// Limit is how many calls a stack has at most, the innermost; zero for no limit.
	Limit int
	// Thread is the only one that is resolved; zero for all.
	Thread int
	// Symbols names functions by symbols alone, which is quick: there are no lines and no
	// inlined calls.
	Symbols bool

	space *image.Space
	code  []procfs.Mapping // executable
	names unwind.Names
	walk  []unwind.Frame

	frames int // that have been found of this process

	golang     *unwind.GoRuntime // nil where there is none
	threads    map[int]unwind.GoThread
	goroutines []unwind.Goroutine // if they were asked for
	goErr      error
	listed     bool          // goroutines were asked for
	now        time.Duration // by the Clock, when they were listed
}

// maxFrames bounds the frames of a process, whatever its memory looks like; a stack may
// have fewFrames all the same.
var maxFrames = 1 << 20

const fewFrames = 64

// more is how a stack ends that has more frames than asked for.
const more = "more frames follow"

// Resolve returns the stacks of what was captured.
func (r *Resolver) Resolve(p *capture.Process) *Process {
	r.meet(p)
	u := &unwind.Unwinder{Space: r.space, Memory: p.Memory}
	r.frames = 0
	resolved := &Process{PID: p.PID, Frozen: p.Frozen}
	for i := range p.Threads {
		if t := &p.Threads[i]; r.Thread == 0 || r.Thread == t.TID {
			resolved.Threads = append(resolved.Threads, r.thread(u, t))
		}
	}
	if r.listed {
		resolved.Goroutines, resolved.GoErr = r.goroutinesOf(u, resolved.Threads), r.goErr
	}
	return resolved
}

// meet finds out which files the process has mapped, unless its code is where it was the
// last time.
func (r *Resolver) meet(p *capture.Process) {
	code := executable(p.Maps)
	switch {
	case r.space == nil:
		r.space = image.NewSpace(p.Maps, r.Open)
	case slices.Equal(r.code, code):
		return
	default:
		r.space.Refresh(p.Maps)
	}
	r.code = code
	if r.Symbols {
		r.names.Find = unwind.Symbol
	}
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
	u.Thread, u.Limit = r.threads[t.TID], r.limit()
	r.walk, err = u.Walk(r.walk[:0], &t.Regs)
	r.finish(&named, err)
	return named
}

// limit is how many frames to find of a stack: one more than is asked for tells that there
// are more.
func (r *Resolver) limit() int {
	left := max(maxFrames-r.frames, fewFrames)
	if r.Limit > 0 {
		return min(r.Limit+1, left)
	}
	return left
}

// finish gives a thread the frames of the walk, which ended with err.
func (r *Resolver) finish(t *Thread, err error) {
	cut := false
	t.Frames, cut = r.named(r.walk)
	r.frames += len(r.walk)
	switch {
	case cut:
		t.Ended = more
	case err != nil:
		t.Ended = ended(err)
	}
}

// ended says why a walk ended; of memory that could not be read, only the cause.
func ended(err error) string {
	var memory *unwind.MemoryError
	if errors.As(err, &memory) {
		cause := memory.Err
		for inner := errors.Unwrap(cause); inner != nil; inner = errors.Unwrap(inner) {
			cause = inner
		}
		err = &unwind.MemoryError{Addr: memory.Addr, Err: cause}
	}
	return strings.TrimPrefix(err.Error(), "unwind: ")
}

// named names the frames of a walk until there are as many calls as are asked for, and
// reports whether any were left out.
func (r *Resolver) named(walk []unwind.Frame) (frames []Frame, cut bool) {
	calls := 0
	r.names.Learn(walk)
	frames = make([]Frame, 0, len(walk))
	for i := range walk {
		if r.Limit > 0 && calls == r.Limit {
			return frames, true
		}
		f := Frame{Frame: walk[i], Places: r.names.Of(&walk[i])}
		calls += len(f.calls())
		if left := calls - r.Limit; r.Limit > 0 && left > 0 {
			f.Places = f.Places[:len(f.Places)-left]
			return append(frames, f), true
		}
		frames = append(frames, f)
	}
	return frames, false
}
