package stack

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/trapline/trapline/capture"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/internal/fixture"
)

// goroutine is what begins each goroutine in a program's own account.
var goroutine = regexp.MustCompile(`(?m)^goroutine (\d+) .*\[(chan receive|sync\.Mutex\.Lock)`)

// account returns the functions of each waiting goroutine in a program's own account, the
// outermost first.
func account(said string) map[uint64][]string {
	all := map[uint64][]string{}
	for block := range strings.SplitSeq(said, "\n\n") {
		head := goroutine.FindStringSubmatch(block)
		if head == nil {
			continue
		}
		var calls []string
		for line := range strings.Lines(block) {
			at := strings.LastIndexByte(line, '(')
			if at > 0 && !strings.HasPrefix(line, "\t") && !strings.HasPrefix(line, "created by ") {
				calls = append([]string{line[:at]}, calls...)
			}
		}
		id, _ := strconv.ParseUint(head[1], 10, 64)
		all[id] = calls
	}
	return all
}

// The goroutines of a Go program that died are where its own account has them.
func TestCoreGoroutines(t *testing.T) {
	for _, arch := range []string{"amd64", "386"} {
		program := fixture.BuildGo(t, "testdata/panics/main.go", []string{"CGO_ENABLED=0", "GOARCH=" + arch})
		name, said := fixture.Core(t, program)
		taken, err := (&capture.Core{Name: name, Files: new(image.Cache)}).Take()
		if err != nil {
			t.Fatal(err)
		}
		defer taken.Close()
		r := Resolver{Open: taken.Open}
		if err := r.FindGo(taken.Maps, taken.Memory); err != nil {
			t.Fatal(err)
		}
		r.While(taken)
		checkGoroutines(t, r.Resolve(taken), account(said))
	}
}

func checkGoroutines(t *testing.T, p *Process, want map[uint64][]string) {
	t.Helper()
	if len(want) != 6 || p.GoErr != nil {
		t.Fatalf("%d goroutines wait; %v", len(want), p.GoErr)
	}
	found, died := 0, false
	for i := range p.Goroutines {
		g := &p.Goroutines[i]
		calls := slices.Collect(g.labels())
		if wanted, waits := want[g.ID]; waits {
			found++
			if !slices.Equal(calls, wanted) {
				t.Errorf("goroutine %d: %q, want %q", g.ID, calls, wanted)
			}
		}
		died = died || g.ID == 1 && contain(calls, "main.main", "main.dies", "runtime.sigpanic")
	}
	if found != len(want) || !died {
		t.Errorf("%d of %d goroutines; the one that died: %v", found, len(want), died)
	}
	if first := slices.Collect(p.Threads[0].labels()); !contain(first, "main.main", "main.dies", "runtime.sigpanic") {
		t.Errorf("the first thread: %q", first)
	}
}
