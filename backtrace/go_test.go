package backtrace

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// markEnv makes the test program the one that is traced.
const markEnv = "BACKTRACE_MARK"

func init() {
	if os.Getenv(markEnv) != "" {
		done := make(chan bool)
		go func() {
			callsMark()
			close(done)
		}()
		<-done
		os.Exit(0)
	}
}

//go:noinline
func callsMark() { inlinedMark() }

func inlinedMark() { syscall.Close(firstMark - 1) }

// A stripped Go program has its goroutine's stack, also where the call is made on another one.
func TestGo(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := t.TempDir() + "/marks-go"
	if said, err := exec.Command("strip", "-o", program, exe).CombinedOutput(); err != nil {
		t.Fatalf("strip: %v\n%s", err, said)
	}
	t.Setenv(markEnv, "1")
	const room = "github.com/trapline/trapline/backtrace."
	for detail, want := range map[Detail]string{
		Symbols: "syscall.Close " + room + "callsMark " + room + "init.0.func1 runtime.goexit",
		Sources: "syscall.Close " + room + "inlinedMark " + room + "callsMark " + room + "init.0.func1 runtime.goexit",
	} {
		m := marks{walker: New(detail, 0)}
		m.trail(t, program)
		if len(m.seen[1]) != 1 || !strings.Contains(m.seen[1][0]+" ", want+" ") {
			t.Errorf("%q, want %q", m.seen[1], want)
		}
	}
}
