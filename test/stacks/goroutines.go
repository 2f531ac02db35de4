package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

var (
	goroutines = flag.Bool("goroutines", false, "compare goroutines with Go's own dumps, and with delve's")
	toolchains = flag.String("toolchains", "", "`versions` of Go such as go1.21.13, separated by commas, to build a program with")
	dlv        = flag.String("dlv", "", "the `path` of delve; empty for none")
)

// A goSubject is a program and how it is compiled.
type goSubject struct{ name, program, command string }

// elders are the program that every Go compiles, by those that are asked for.
func elders() (all []goSubject) {
	for _, version := range strings.FieldsFunc(*toolchains, func(r rune) bool { return r == ',' }) {
		for _, arch := range []string{"amd64", "386"} {
			command := "env GOTOOLCHAIN=" + version + " CGO_ENABLED=0 GOARCH=" + arch + " go build -o $"
			all = append(all, goSubject{version + " " + arch, "elder.go", command})
		}
	}
	return all
}

// goSubjects are programs whose goroutines are compared.
var goSubjects = []goSubject{
	{"market", "market.go", "env CGO_ENABLED=0 go build -o $"},
	{"market stripped", "market.go", "env CGO_ENABLED=0 go build -ldflags=-s~-w -o $"},
	{"market PIE", "market.go", "env CGO_ENABLED=0 go build -buildmode=pie -o $"},
	{"market 32 bits", "market.go", "env CGO_ENABLED=0 GOARCH=386 go build -o $"},
	{"bazaar", "bazaar.go", "env CGO_ENABLED=0 go build -o $"},
	{"churn", "churn.go", "env CGO_ENABLED=0 go build -o $"},
	{"churn 32 bits", "churn.go", "env CGO_ENABLED=0 GOARCH=386 go build -o $"},
	{"mixed with C", "mixed.go", "env CGO_ENABLED=1 go build -o $"},
	{"mixed with C 32 bits", "mixed.go", "env CGO_ENABLED=1 GOARCH=386 go build -o $"},
}

// A goStack is what is said of a goroutine: calls are "function file:line", or without the
// place where that is not to be compared. A gap is where calls are left out.
type goStack struct {
	state   string
	created string
	calls   []string
	thread  int // of ours: the thread that it is on
}

const gap = "..."

// goStacks are goroutines by id.
type goStacks map[uint64]goStack

// compareGoroutines compares the goroutines of all chosen subjects and prints figures.
func compareGoroutines() error {
	var total goTally
	below := 0
	for _, s := range slices.Concat(goSubjects, elders()) {
		if !chosen(s.name) {
			continue
		}
		if *list {
			fmt.Println(s.name)
			continue
		}
		for _, judge := range judges(s.command) {
			t, err := performGo(s.program, s.command, judge.compare)
			t.print(s.name+", "+judge.name, err)
			if err != nil || t.fraction() < *threshold {
				below++
			}
			total.add(t)
		}
	}
	if *list {
		return nil
	}
	total.differences = nil
	total.print("all", nil)
	if below > 0 {
		return fmt.Errorf("%d comparisons failed or are below %g%%", below, 100**threshold)
	}
	return nil
}

// A judge is what goroutines are compared with.
type judge struct {
	name    string
	compare func(s *stage, program string) (goTally, error)
}

// judges are those of a program. Delve needs DWARF, and looks at programs of its own ABI only.
func judges(command string) []judge {
	all := []judge{{"its own dump", (*stage).compareDump}}
	if *dlv != "" && !strings.Contains(command, "-s~-w") && !strings.Contains(command, "386") {
		all = append(all, judge{"delve", (*stage).compareDelve})
	}
	return all
}

// performGo runs a program as often as it is to be stopped, as its own dump ends it.
func performGo(source, command string, compare func(*stage, string) (goTally, error)) (total goTally, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), *limit)
	defer cancel()
	s, err := newStage(ctx)
	if err != nil {
		return total, err
	}
	defer s.end()
	program, err := s.compile(source, command)
	if err != nil {
		return total, err
	}
	for range *stops {
		one, err := compare(s, program)
		total.add(one)
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// stopGo starts a program and stops it at a random moment. It returns what Trapline says.
func (s *stage) stopGo(program string) (pid int, ours goStacks, err error) {
	if pid, err = s.ready(program); err != nil {
		return 0, nil, err
	}
	time.Sleep(time.Duration(rand.IntN(30000)) * time.Microsecond)
	if err := freeze(pid); err != nil {
		return 0, nil, err
	}
	if ours, err = ourGoroutines(s, pid); err != nil {
		return 0, nil, fmt.Errorf("%w; the program said %q", err, s.log(program))
	}
	return pid, ours, settle(pid)
}

// ourGoroutines is what trapline stack says of a process's goroutines.
func ourGoroutines(ctx context.Context, pid int) (goStacks, error) {
	var complaint strings.Builder
	cmd := exec.CommandContext(ctx, *trapline, "stack", "--goroutines", "--json", strconv.Itoa(pid))
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("trapline stack --goroutines %d: %w: %q and %d bytes of output", pid, err, complaint.String(), len(out))
	}
	var p struct {
		Goroutines []struct {
			ID             uint64
			Status, Reason string
			TID            int
			Created        *frame
			Frames         []frame
		}
	}
	if err := json.Unmarshal(out, &p); err != nil {
		return nil, err
	}
	stacks := goStacks{}
	for _, g := range p.Goroutines {
		one := goStack{state: g.Status, thread: g.TID}
		if g.Reason != "" {
			one.state = g.Reason
		}
		if g.Created != nil {
			one.created = goCall(g.Created)
		}
		for i := range g.Frames {
			one.calls = append(one.calls, goCall(&g.Frames[i]))
		}
		stacks[g.ID] = one
	}
	return stacks, nil
}

var goShape = regexp.MustCompile(`\[(go\.shape|\.\.\.).*\]`)

// goCall is a call as it is compared.
func goCall(f *frame) string {
	return goShape.ReplaceAllString(f.Function, "[...]") + " " + filepath.Base(f.File) + ":" + strconv.Itoa(f.Line)
}

// A goTally is what comparing goroutines came to.
type goTally struct {
	stops, goroutines, running, stuck int
	frames, equal                     int
	states, equalStates               int
	differences                       []string
}

func (t *goTally) add(o goTally) {
	t.stops += o.stops
	t.goroutines += o.goroutines
	t.running += o.running
	t.stuck += o.stuck
	t.frames += o.frames
	t.equal += o.equal
	t.states += o.states
	t.equalStates += o.equalStates
	t.differences = append(t.differences, o.differences...)
}

func (t *goTally) fraction() float64 {
	if t.frames == 0 {
		return 0
	}
	return float64(t.equal) / float64(t.frames)
}

func (t *goTally) print(name string, err error) {
	fmt.Printf("%-36s %4d stops, %6d goroutines (%d running), %7d of %7d frames equal: %.2f%%; %d of %d states", name, t.stops,
		t.goroutines, t.running, t.equal, t.frames, 100*t.fraction(), t.equalStates, t.states)
	if t.stuck > 0 {
		fmt.Printf("; %d dumps cut off", t.stuck)
	}
	fmt.Println()
	if err != nil {
		fmt.Println("\t", err)
	}
	if !*verbose {
		return
	}
	for _, d := range t.differences {
		fmt.Println(d)
	}
}

// compare counts the frames of theirs that are among ours, in order. Ours that theirs do not have
// count against us, unless the goroutine is on a thread: that tells more than the goroutine's
// own notes, such as C's calls.
func (t *goTally) compare(id uint64, ours, theirs goStack) {
	t.goroutines++
	busy := ours.thread != 0
	if busy && len(theirs.calls) > 0 && strings.HasPrefix(theirs.calls[0], "runtime.asyncPreempt ") {
		theirs.calls = theirs.calls[1:] // a signal that was pending
	}
	if ours.state == "running" {
		t.running++
	}
	if theirs.state != "" {
		t.states++
		if ours.state == theirs.state {
			t.equalStates++
		}
	}
	calls, created := settled(theirs.calls, ours.calls), theirs.created != ""
	frames := len(calls)
	equal := inOrder(ours.calls, calls)
	if cut := slices.Index(calls, gap); cut >= 0 {
		frames--
	} else if !busy {
		frames = max(frames, len(ours.calls))
	}
	if created {
		frames++
		if ours.created == theirs.created {
			equal++
		}
	}
	t.frames += frames
	t.equal += equal
	if equal < frames || theirs.state != "" && ours.state != theirs.state {
		t.differences = append(t.differences, fmt.Sprintf("goroutine %d: ours [%s]\n\t%s\n\tcreated by %s\ntheirs [%s]\n\t%s\n\tcreated by %s", id,
			ours.state, strings.Join(ours.calls, "\n\t"), ours.created, theirs.state, strings.Join(calls, "\n\t"), theirs.created))
	}
}

// settled is theirs with the place where ours is in runtime.cgocall, if that is their innermost:
// the goroutine's own notes say where it was before it went into C.
func settled(theirs, ours []string) []string {
	const cgocall = "runtime.cgocall "
	if len(theirs) == 0 || !strings.HasPrefix(theirs[0], cgocall) {
		return theirs
	}
	for _, c := range ours {
		if strings.HasPrefix(c, cgocall) {
			return append([]string{c}, theirs[1:]...)
		}
	}
	return theirs
}

// inOrder is the length of the longest common subsequence.
func inOrder(a, b []string) int {
	lengths := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			above := lengths[j+1]
			if x == y {
				lengths[j+1] = diagonal + 1
			} else {
				lengths[j+1] = max(above, lengths[j])
			}
			diagonal = above
		}
	}
	return lengths[len(b)]
}
