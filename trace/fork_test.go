package trace_test

import (
	"testing"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/trace"
)

// Every child of every kind is announced once, before anything else of it, with the
// task that made it; and ends once.
func TestEveryChildIsAnnouncedOnce(t *testing.T) {
	const n = 40
	l, out := recordRun(t, everything, nil, fixture.Build(t, "forkstorm"), "40")
	wants(t, out, "160 of 160 ended as they should")
	root, threads, seen := l[0].tid, 0, map[int]bool{l[0].tid: true}
	for _, r := range l {
		e, ok := r.event.(*trace.NewTask)
		if ok == seen[r.tid] {
			t.Fatalf("task %d: %T, announced before: %v", r.tid, r.event, seen[r.tid])
		}
		seen[r.tid] = true
		if !ok {
			continue
		}
		if e.Parent == nil || e.Parent.TID() != root {
			t.Errorf("parent of %d is %v, want %d", r.tid, e.Parent, root)
		}
		if e.Thread != (r.tgid == root) {
			t.Errorf("%d in process %d: Thread is %v", r.tid, r.tgid, e.Thread)
		}
		if e.Thread {
			threads++
		}
	}
	if got := len(of[*trace.NewTask](l)); got != 5*n || threads != n {
		t.Errorf("%d tasks announced, %d of them threads; want %d and %d", got, threads, 5*n, n)
	}
	if got := len(of[*trace.Exited](l)); got != 5*n+1 {
		t.Errorf("%d tasks ended, want %d", got, 5*n+1)
	}
}

// Without Follow nobody is followed, and the children run as they would.
func TestNoFollow(t *testing.T) {
	l, out := recordRun(t, trace.Options{Syscalls: true}, nil, fixture.Build(t, "forkstorm"), "10")
	wants(t, out, "40 of 40 ended as they should")
	if n := len(of[*trace.NewTask](l)); n != 0 {
		t.Errorf("%d tasks announced, want none", n)
	}
}

func TestThousandThreads(t *testing.T) {
	l, _ := recordRun(t, everything, nil, fixture.Build(t, "threads"), "1000")
	for _, r := range of[*trace.NewTask](l) {
		if e := r.event.(*trace.NewTask); !e.Thread || r.tgid != l[0].tid {
			t.Errorf("task %d of process %d: %+v, want a thread of %d", r.tid, r.tgid, e, l[0].tid)
		}
	}
	if made, ended := len(of[*trace.NewTask](l)), len(of[*trace.Exited](l)); made != 1000 || ended != 1001 {
		t.Errorf("%d threads announced and %d tasks ended, want 1000 and 1001", made, ended)
	}
}

func TestManyProcessesAtOnce(t *testing.T) {
	l, out := recordRun(t, everything, nil, fixture.Build(t, "forkburst"), "300")
	wants(t, out, "300 of 300")
	if made := len(of[*trace.NewTask](l)); made != 300 {
		t.Errorf("%d processes announced, want 300", made)
	}
}

// A child by CLONE_UNTRACED is nobody's.
func TestUntracedChild(t *testing.T) {
	l := sameAsUntraced(t, "untraced")
	if n := len(of[*trace.NewTask](l)); n != 0 {
		t.Errorf("%d tasks announced, want none", n)
	}
}

// Stops without end of some tasks do not keep another from its own.
func TestNoTaskStarves(t *testing.T) {
	_, out := recordRun(t, everything, nil, fixture.Build(t, "starve"))
	wants(t, out, "a thousand calls made")
}
