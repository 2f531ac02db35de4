package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain makes the test binary be trapline and strace as well, and what -D
// executes again.
func TestMain(m *testing.M) {
	switch filepath.Base(os.Args[0]) {
	case "trapline", "strace", daemonName:
		os.Exit(Main(os.Args))
	}
	os.Exit(m.Run())
}

// TestScripts runs the scripts in testdata: files in the txtar format whose comment
// is a list of commands, as testscript has them, one a line. A command is stopped,
// with all it has started, when it takes too long.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	bin := binaries(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { runScript(t, file, bin) })
	}
}

// binaries makes a directory in which the test binary is called trapline and strace.
func binaries(t *testing.T) string {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"trapline", "strace"} {
		if err := os.Symlink(self, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A script is one that runs.
type script struct {
	dir, bin       string
	stdout, stderr string // of the last command
}

func runScript(t *testing.T, file, bin string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := &script{dir: t.TempDir(), bin: bin}
	sections := regexp.MustCompile(`(?m)^-- (.+) --\n`).FindAllSubmatchIndex(text, -1)
	commands := text
	for i, at := range sections {
		end := len(text)
		if i+1 < len(sections) {
			end = sections[i+1][0]
		}
		if i == 0 {
			commands = text[:at[0]]
		}
		name := filepath.Join(s.dir, string(text[at[2]:at[3]]))
		if err := os.WriteFile(name, text[at[1]:end], 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for i, line := range strings.Split(string(commands), "\n") {
		if err := s.line(line); err != nil {
			t.Errorf("%s:%d: %s\n%v\nstdout:\n%s\nstderr:\n%s", file, i+1, line, err, s.stdout, s.stderr)
		}
	}
}

// line runs one command; "!" before it turns its success round.
func (s *script) line(line string) error {
	args := words(line)
	if len(args) == 0 {
		return nil
	}
	not := args[0] == "!"
	if not {
		args = args[1:]
	}
	err := s.command(args)
	if not && err == nil {
		return errors.New("succeeds")
	}
	if not {
		return nil
	}
	return err
}

func (s *script) command(args []string) error {
	switch verb, args := args[0], args[1:]; verb {
	case "exec":
		return s.ends("0", args)
	case "ends": // as testscript's exec, with the expected end: a status or a signal
		return s.ends(args[0], args[1:])
	case "stdout":
		return match(args[0], s.stdout)
	case "stderr":
		return match(args[0], s.stderr)
	case "grep":
		return match(args[0], s.file(args[1]))
	case "cmp":
		if got, want := s.file(args[0]), s.file(args[1]); got != want {
			return fmt.Errorf("%s:\n%s\n%s:\n%s", args[0], got, args[1], want)
		}
		return nil
	case "cp":
		return os.WriteFile(filepath.Join(s.dir, args[1]), []byte(s.file(args[0])), 0o644)
	case "exists":
		_, err := os.Stat(filepath.Join(s.dir, args[0]))
		return err
	default:
		return fmt.Errorf("no command %s", verb)
	}
}

// file is the text of a file, or what the last command wrote.
func (s *script) file(name string) string {
	switch name {
	case "stdout":
		return s.stdout
	case "stderr":
		return s.stderr
	}
	text, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// patience is how long one command may take.
const patience = 30 * time.Second

func (s *script) ends(want string, args []string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	// PATH decides which program the name is.
	cmd := exec.CommandContext(ctx, "/usr/bin/env", append([]string{"--"}, args...)...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "PATH="+s.bin+":"+os.Getenv("PATH"), "GORACE=atexit_sleep_ms=0")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = patience
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	s.stdout, s.stderr = stdout.String(), stderr.String()
	if ctx.Err() != nil || cmd.ProcessState == nil || errors.Is(err, exec.ErrWaitDelay) {
		return fmt.Errorf("does not end: %w", err)
	}
	if got := statusText(cmd.ProcessState.Sys().(syscall.WaitStatus)); got != want {
		return fmt.Errorf("ends with %s, not %s", got, want)
	}
	return nil
}

func statusText(w syscall.WaitStatus) string {
	if w.Signaled() {
		return w.Signal().String()
	}
	return strconv.Itoa(w.ExitStatus())
}

func match(pattern, text string) error {
	re, err := regexp.Compile("(?m)" + pattern)
	if err != nil {
		return err
	}
	if !re.MatchString(text) {
		return fmt.Errorf("no match in:\n%s", text)
	}
	return nil
}

// words splits a line as testscript does: single quotes group, two of them inside are
// one. A line that begins with "#" is a comment.
func words(line string) []string {
	if strings.HasPrefix(line, "#") {
		return nil
	}
	var all []string
	var word strings.Builder
	inWord, quoted := false, false
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quoted && strings.HasPrefix(line[i:], "''"):
			word.WriteByte(c)
			i++
		case c == '\'':
			inWord, quoted = true, !quoted
		case quoted || c != ' ':
			word.WriteByte(c)
			inWord = true
		case inWord:
			all = append(all, word.String())
			word.Reset()
			inWord = false
		}
	}
	if inWord {
		all = append(all, word.String())
	}
	return all
}
