package store

import (
	"fmt"
	"os"
	"testing"

	"github.com/trapline/trapline/sweep"
	"github.com/trapline/trapline/tracetest"
	"github.com/trapline/trapline/trial"
)

func TestMain(m *testing.M) {
	tracetest.Main(m, tracetest.Helpers{
		"put":          func() { put(Open(".")) },
		"put-careless": func() { put(OpenCareless(".")) },
	})
}

// put is a program that puts a value into a store.
func put(s *Store) {
	if err := s.Put(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "put:", err)
		os.Exit(1)
	}
}

// inStore is the sweep of a put into a store that has a value already. What has been there must
// stay, and what the program says it has put must be there.
var inStore = sweep.Options{
	Jobs:    2,
	Prepare: func(dir string) error { return Open(dir).Put("old", "kept") },
	Check: func(dir string, r *trial.Result) error {
		if old, err := Open(dir).Get("old"); err != nil || old != "kept" {
			return fmt.Errorf("the old value is %q (%v)", old, err)
		}
		if now, err := Open(dir).Get("new"); r.Code == 0 && (err != nil || now != "value") {
			return fmt.Errorf("the new value is %q (%v)", now, err)
		}
		return nil
	},
}

func TestStore(t *testing.T) {
	s := Open(t.TempDir())
	for _, value := range []string{"1", "2"} {
		if err := s.Put("key", value); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Get("key"); got != value || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
}

// The store as it is withstands the failure of each of its calls.
func TestSweep(t *testing.T) {
	t.Parallel()
	r := tracetest.Sweep(t, tracetest.Command{Helper: "put", Args: []string{"new", "value"}}, inStore)
	for _, call := range []string{"write", "fsync", "renameat", "openat"} {
		if outcomes(r, call)[sweep.Reported] == 0 {
			t.Errorf("no failed %s was reported", call)
		}
	}
}

// The first version does not: each of its lost errors is found.
func TestSweepCareless(t *testing.T) {
	t.Parallel()
	var lost quiet
	r := tracetest.Sweep(&lost, tracetest.Command{Helper: "put-careless", Args: []string{"new", "value"}}, inStore)
	if lost.fatal != "" {
		t.Fatal(lost.fatal)
	}
	for call, outcome := range map[string]sweep.Outcome{"write": sweep.Broken, "fsync": sweep.Swallowed, "close": sweep.Swallowed} {
		if outcomes(r, call)[outcome] != 1 {
			t.Errorf("%s: %v", call, outcomes(r, call))
		}
	}
	if len(lost.errors) != 3 {
		t.Errorf("the test would fail with\n%q", lost.errors)
	}
}

// outcomes counts what became of a call.
func outcomes(r *sweep.Report, call string) map[sweep.Outcome]int {
	counts := map[sweep.Outcome]int{}
	for _, run := range r.Runs {
		if run.Call == call {
			counts[run.Outcome]++
		}
	}
	return counts
}

// quiet is a test that keeps what it is told.
type quiet struct {
	errors []string
	fatal  string
}

func (q *quiet) Helper()             {}
func (q *quiet) Logf(string, ...any) {}
func (q *quiet) Errorf(form string, args ...any) {
	q.errors = append(q.errors, fmt.Sprintf(form, args...))
}
func (q *quiet) Fatalf(form string, args ...any) { q.fatal = fmt.Sprintf(form, args...) }
