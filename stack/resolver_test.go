package stack

import (
	"errors"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/capture"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/procfs"
)

// captured is a process of two threads, the second of which did not stop.
func captured() *capture.Process {
	regs := abi.Regs{ABI: abi.AMD64}
	regs.SetPC(0x1010)
	return &capture.Process{
		PID: 12,
		Threads: []capture.Thread{
			{TID: 12, Regs: regs, Call: &abi.Call{ABI: abi.AMD64, NR: 34}},
			{TID: 13, Err: errors.New("it did not stop")},
		},
		Maps:   []procfs.Mapping{{Start: 0x1000, End: 0x2000, Perm: procfs.Executable, Path: "/bin/prog"}, {Start: 0x3000, End: 0x4000}},
		Memory: mem.Snapshot{},
	}
}

func noFiles(procfs.Mapping) (*image.File, error) { return nil, errors.New("no files here") }

func TestResolve(t *testing.T) {
	r := Resolver{Open: noFiles, Call: func(c *abi.Call, _ mem.Reader) *Call { return &Call{Name: "pause", Text: "pause()", Raw: *c} }}
	p := r.Resolve(captured())
	first, second := &p.Threads[0], &p.Threads[1]
	if len(first.Frames) == 0 || first.Frames[0].PC != 0x1010 || first.Frames[0].module() != "/bin/prog" {
		t.Errorf("frames %+v", first.Frames)
	}
	if first.Call == nil || first.Call.Raw.NR != 34 || first.Ended == "" {
		t.Errorf("call %v, ended %q", first.Call, first.Ended)
	}
	if second.Ended != "it did not stop" || second.Frames != nil {
		t.Errorf("the thread without registers: %+v", second)
	}
}

func TestResolveOneThread(t *testing.T) {
	r := Resolver{Open: noFiles, Thread: 13}
	if p := r.Resolve(captured()); len(p.Threads) != 1 || p.Threads[0].TID != 13 {
		t.Errorf("%+v", p)
	}
}

// Files are found once for as long as the code stays where it is, whatever happens to
// other memory.
func TestResolveAgain(t *testing.T) {
	asked := 0
	r := Resolver{Open: func(m procfs.Mapping) (*image.File, error) { asked++; return noFiles(m) }}
	p := captured()
	for i, step := range []struct {
		change func()
		asked  int
	}{
		{func() {}, 1},
		{func() { p.Maps[1].End += 0x1000 }, 1},
		{func() { p.Maps[0].Path = "/lib/other" }, 2},
	} {
		p.Maps = append([]procfs.Mapping{}, p.Maps...)
		step.change()
		if r.Resolve(p); asked != step.asked {
			t.Errorf("step %d: asked %d times", i, asked)
		}
	}
}

// An endless is memory that is one stack without an end, by frame pointers; there is no code.
type endless struct{}

func (endless) ReadMem(p []byte, addr abi.Addr) (int, error) {
	if addr < 0x10000 {
		return 0, mem.ErrUnmapped
	}
	for i := range p {
		at := addr + abi.Addr(i)
		word := uint64(at&^15 + 16)
		if at&8 != 0 {
			word = 0x1500
		}
		p[i] = byte(word >> (8 * (at & 7)))
	}
	return len(p), nil
}

// Stacks without an end come to one, all of them together.
func TestEndless(t *testing.T) {
	defer func(n int) { maxFrames = n }(maxFrames)
	maxFrames = 1000
	p := captured()
	p.Memory, p.Threads = endless{}, p.Threads[:1]
	p.Threads[0].Regs.SetSP(0x20000)
	p.Threads[0].Regs.Values[4] = 0x20000 // rbp
	for len(p.Threads) < 5 {
		p.Threads = append(p.Threads, p.Threads[0])
	}
	r := Resolver{Open: noFiles}
	for range 2 {
		for i, thread := range r.Resolve(p).Threads {
			want := maxFrames
			if i > 0 {
				want = fewFrames
			}
			if len(thread.Frames) != want || thread.Ended != "too many frames" {
				t.Errorf("thread %d: %d frames, ended %q", i, len(thread.Frames), thread.Ended)
			}
		}
	}
}
