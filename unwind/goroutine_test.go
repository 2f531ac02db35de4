package unwind

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/internal/fixture"
)

// A goProgram is a way to build the Go program of the tests.
type goProgram struct {
	name string
	env  []string
	args []string
}

var goPrograms = []goProgram{
	{"static", []string{"CGO_ENABLED=0"}, nil},
	{"stripped", []string{"CGO_ENABLED=0"}, []string{"-ldflags=-s -w"}},
	{"pie", []string{"CGO_ENABLED=0"}, []string{"-buildmode=pie"}},
	{"cgo", []string{"CGO_ENABLED=1"}, nil},
	{"386", []string{"CGO_ENABLED=0", "GOARCH=386"}, nil},
	{"386 cgo", []string{"CGO_ENABLED=1", "GOARCH=386"}, nil},
}

// strangers are programs of a Go that nobody knows, with DWARF and without.
var (
	stranger     = goProgram{"stranger", []string{"CGO_ENABLED=0"}, []string{"-ldflags=-X=runtime.buildVersion=go1.99"}}
	bareStranger = goProgram{"bare stranger", []string{"CGO_ENABLED=0"}, []string{"-ldflags=-w -X=runtime.buildVersion=go1.99"}}
)

// cgo reports whether the program may have C in it.
func (p goProgram) cgo() bool { return slices.Contains(p.env, "CGO_ENABLED=1") }

func (p goProgram) build(t *testing.T, source string) string {
	t.Helper()
	return fixture.BuildGo(t, source, p.env, p.args...)
}

// A goDump is the program's own account: the lines "function file:line" of each goroutine.
type goDump map[uint64]goDumped

type goDumped struct {
	state string
	calls []string
}

var (
	goHeadLine = regexp.MustCompile(`^goroutine (\d+)(?: gp=\S+ m=\S+(?: mp=\S+)?)? \[([^\],]+)`)
	goShapes   = regexp.MustCompile(`\[go\.shape.*\]`)
	goFileLine = regexp.MustCompile(`^\t(\S+:\d+)`)
)

func parseGoDump(text string) goDump {
	dump := goDump{}
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		head := goHeadLine.FindStringSubmatch(lines[i])
		if head == nil {
			continue
		}
		id, _ := strconv.ParseUint(head[1], 10, 64)
		g := goDumped{state: head[2]}
		for i++; i+1 < len(lines) && lines[i] != ""; i += 2 {
			at := goFileLine.FindStringSubmatch(lines[i+1])
			if at == nil || strings.HasPrefix(lines[i], "created by ") {
				break
			}
			name := lines[i][:strings.LastIndexByte(lines[i], '(')]
			g.calls = append(g.calls, name+" "+at[1])
		}
		dump[id] = g
	}
	return dump
}

// calls are what the unwinder and the image say of a goroutine, in the dump's form.
func calls(t *testing.T, u *Unwinder, g *Goroutine) []string {
	t.Helper()
	frames, err := u.WalkGoroutine(nil, g)
	if err != nil {
		t.Errorf("goroutine %d: %v", g.ID, err)
	}
	var all []string
	for i := range frames {
		for _, p := range frames[i].Module.Places(nil, frames[i].Lookup()) {
			name := goShapes.ReplaceAllString(p.Function, "[...]")
			all = append(all, fmt.Sprintf("%s %s:%d", name, p.File, p.Line))
		}
	}
	return all
}

// The program's own dump is the oracle for every goroutine that is not running.
func TestGoroutines(t *testing.T) {
	for _, p := range append(goPrograms, stranger) {
		t.Run(p.name, func(t *testing.T) {
			compareGoroutines(t, p.build(t, "testdata/goroutines/main.go"))
		})
	}
}

func compareGoroutines(t *testing.T, program string) {
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), "GOTRACEBACK=system")
	var dump bytes.Buffer
	cmd.Stderr = &dump
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	if _, err := stdout.Read(make([]byte, 6)); err != nil {
		t.Fatal(err)
	}
	const read, read386 = syscall.SYS_READ, 3
	fixture.AwaitCalls(t, cmd.Process.Pid, 2, strconv.Itoa(read), strconv.Itoa(read386))
	cmd.Process.Signal(syscall.SIGSTOP)
	fixture.AwaitThreads(t, cmd.Process.Pid, "T")
	space, err := image.Load(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	u := &Unwinder{Space: space, Memory: task(cmd.Process.Pid)}
	r, err := Goroutines(space, u.Memory)
	if err != nil {
		t.Fatal(err)
	}
	list, err := r.List(u.Memory)
	if err != nil {
		t.Fatal(err)
	}
	stacks := map[uint64][]string{}
	for i := range list {
		if list[i].Status != "running" {
			stacks[list[i].ID] = calls(t, u, &list[i])
		}
	}
	cmd.Process.Signal(syscall.SIGQUIT)
	cmd.Process.Signal(syscall.SIGCONT)
	cmd.Wait()
	checkGoroutines(t, list, stacks, parseGoDump(dump.String()), r.reasons != nil)
}

// checkGoroutines compares those of the program's own code: the runtime's may go on. Of a Go
// that nobody knows, the reasons to wait are not known.
func checkGoroutines(t *testing.T, list []Goroutine, stacks map[uint64][]string, dump goDump, reasons bool) {
	t.Helper()
	compared, inSyscall := 0, 0
	for i := range list {
		g := &list[i]
		want, ok := dump[g.ID]
		if g.System || g.Status == "running" {
			continue
		}
		if !ok {
			t.Errorf("goroutine %d is not in the dump", g.ID)
			continue
		}
		compared++
		state := g.Status
		if g.Reason != "" {
			state = g.Reason
		} else if state == "waiting" && !reasons {
			state = want.state
		}
		if g.Status == "syscall" && g.Thread != 0 {
			inSyscall++
		}
		if state != want.state {
			t.Errorf("goroutine %d: state %q, the dump says %q", g.ID, state, want.state)
		}
		if g.Parent == 0 && g.ID != 1 || g.Created == 0 && g.ID != 1 {
			t.Errorf("goroutine %d: created by %d at %s", g.ID, g.Parent, g.Created)
		}
		got, wanted := strings.Join(stacks[g.ID], "\n"), strings.Join(want.calls, "\n")
		if got != wanted {
			t.Errorf("goroutine %d:\n%s\nthe dump says\n%s", g.ID, got, wanted)
		}
	}
	if compared < 9 || inSyscall == 0 {
		t.Errorf("compared %d goroutines, %d of them in a system call", compared, inSyscall)
	}
}
