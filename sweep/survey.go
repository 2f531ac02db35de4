package sweep

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/trial"
)

// survey runs the program undisturbed, twice, and finds what there is to fail.
func (s *sweep) survey(ctx context.Context) ([]*Run, error) {
	losses := map[*trial.Call]bool{}
	o := &trial.Options{FDs: decode.FDPath, Entered: func(stop *trace.Stop, c *trial.Call) { losses[c] = loses(stop, c) }}
	if s.o.Where != "" {
		o.Watch = []string{s.o.Where}
	}
	plain, err := s.undisturbed(ctx, o)
	if err != nil {
		return nil, err
	}
	s.plain = plain
	if s.o.Timeout == 0 {
		s.timeout = 10*plain.Took + 5*time.Second
	}
	again, err := s.undisturbed(ctx, &trial.Options{})
	if err != nil {
		return nil, err
	}
	s.steady = compare(plain, again)
	return s.places(losses), nil
}

func (s *sweep) undisturbed(ctx context.Context, o *trial.Options) (*trial.Result, error) {
	r, checked, err := s.try(ctx, o)
	switch {
	case err != nil:
		return nil, err
	case r.TimedOut:
		return nil, errHangs
	case checked != nil:
		return nil, fmt.Errorf("sweep: what the program leaves is not in order even when no call fails: %w", checked)
	case r.Lost > 0:
		return nil, fmt.Errorf("sweep: the program makes more than %d calls", len(r.Calls))
	}
	return r, nil
}

// places are the calls to fail, one for each error.
func (s *sweep) places(losses map[*trial.Call]bool) (runs []*Run) {
	counts := map[string]int{}
	for _, c := range s.plain.Calls {
		if c.Startup && c.Name == "execve" {
			continue // by which we start the program; rules do not count it
		}
		counts[c.Name]++
		if c.Startup || s.calls != nil && !s.calls.HasCall(c.Raw) || s.o.Where != "" && !c.Meets(0) {
			continue
		}
		for _, e := range s.errorsOf(c) {
			runs = append(runs, &Run{Call: c.Name, N: counts[c.Name], Error: e, Line: c.Line, Loses: losses[c]})
		}
	}
	return runs
}

// errorsOf are the errors that a call is to fail with.
func (s *sweep) errorsOf(c *trial.Call) []string {
	known := possible(c)
	switch {
	case len(s.o.Errors) == 0:
		if known == nil && s.calls != nil {
			known = []string{"EIO"}
		}
		return known[:min(len(known), 1)]
	case slices.Equal(s.o.Errors, AllErrors):
		return known
	case known == nil && s.calls == nil:
		return nil
	}
	var errors []string
	for _, e := range s.o.Errors {
		if e != short || slices.Contains(known, short) {
			errors = append(errors, e)
		}
	}
	return errors
}

// possible are the errors that a call is known to fail with. What is asked for one byte cannot
// do half of it.
func possible(c *trial.Call) []string {
	known := plausible(c.Name)
	if c.Int("count") < 2 {
		known = slices.DeleteFunc(known, func(e string) bool { return e == short })
	}
	return known
}

// loses reports whether data may be lost when a call fails and nobody minds: it changes a
// file, or ends one that has been written. What is said on standard error is no data.
func loses(stop *trace.Stop, c *trial.Call) bool {
	switch changes[c.Name] {
	case byName:
		return true
	case byFD:
		return c.Int("fd") != 2
	case onClose:
		return writable(stop.Task.TGID(), int(c.Int("fd")))
	}
	return false
}

// writable reports whether a descriptor is the last one of a file that can be written to, or
// of standard output.
func writable(pid, fd int) bool {
	info, err := procfs.FDInfo(pid, fd)
	if err != nil || info.Flags&syscall.O_ACCMODE == syscall.O_RDONLY {
		return false
	}
	file, err := os.Stat(descriptor(pid, strconv.Itoa(fd)))
	return err == nil && (fd == 1 || file.Mode().IsRegular()) && !shared(pid, fd, file)
}

// shared reports whether another descriptor of the process stands for the same file.
func shared(pid, fd int, file os.FileInfo) bool {
	others, err := os.ReadDir(descriptor(pid, ""))
	if err != nil {
		return false
	}
	for _, o := range others {
		other, err := os.Stat(descriptor(pid, o.Name()))
		if err == nil && o.Name() != strconv.Itoa(fd) && os.SameFile(file, other) {
			return true
		}
	}
	return false
}

func descriptor(pid int, fd string) string { return fmt.Sprintf("/proc/%d/fd/%s", pid, fd) }

// share keeps at most limit of the runs, in turn one of each kind of call, and their order.
func share(runs []*Run, limit int) (kept []*Run, skipped int) {
	if len(runs) <= limit {
		return runs, 0
	}
	rank, turn := map[*Run]int{}, map[string]int{}
	for _, r := range runs {
		turn[r.Call]++
		rank[r] = turn[r.Call]
	}
	byRank := slices.Clone(runs)
	slices.SortStableFunc(byRank, func(a, b *Run) int { return rank[a] - rank[b] })
	chosen := map[*Run]bool{}
	for _, r := range byRank[:limit] {
		chosen[r] = true
	}
	for _, r := range runs {
		if chosen[r] {
			kept = append(kept, r)
		}
	}
	return kept, len(runs) - limit
}
