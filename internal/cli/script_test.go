package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/trapline/trapline/internal/fixture"
)

// TestMain makes the test binary be trapline and strace as well, and what -D
// executes again.
func TestMain(m *testing.M) {
	if os.Args[0] == daemonName {
		os.Exit(Main(os.Args))
	}
	run := func() { os.Exit(Main(append([]string{filepath.Base(os.Args[0])}, os.Args[1:]...))) }
	testscript.Main(m, map[string]func(){"trapline": run, "strace": run})
}

// TestScripts runs the scripts in testdata.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", "atexit_sleep_ms=0")
			data, err := filepath.Abs("../../cover/testdata")
			env.Setenv("COVER", data)
			return err
		},
		Cmds:      map[string]func(*testscript.TestScript, bool, []string){"ends": ends, "fixture": buildFixture},
		Condition: condition,
	})
}

// condition is what scripts ask: whether the kernel leaves cores where a program dies.
func condition(name string) (bool, error) {
	if name != "cores" {
		return false, fmt.Errorf("unknown condition %s", name)
	}
	pattern, err := os.ReadFile("/proc/sys/kernel/core_pattern")
	return !bytes.ContainsAny(pattern, "|/"), err
}

// ends is exec with the end that is expected first: a status or a signal.
func ends(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: ends END PROGRAM [ARGS]")
	}
	got := "0"
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = statusText(exit.Sys().(syscall.WaitStatus))
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != args[0] {
		ts.Fatalf("ends with %s, not %s", got, args[0])
	}
}

// buildFixture builds a fixture and puts its path into $FIXTURE.
func buildFixture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: fixture NAME")
	}
	program, err := fixture.Compile(args[0])
	ts.Check(err)
	ts.Setenv("FIXTURE", program)
}

func statusText(w syscall.WaitStatus) string {
	if w.Signaled() {
		return w.Signal().String()
	}
	return strconv.Itoa(w.ExitStatus())
}
