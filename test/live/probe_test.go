package live_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/trapline/trapline/internal/fixture"
)

// probing starts trapline probe on a program that runs and returns when it has met something.
func probing(t *testing.T, pid int, args ...string) (cmd *exec.Cmd, said *bufio.Reader) {
	t.Helper()
	args = append(append([]string{"probe"}, args...), "-p", strconv.Itoa(pid))
	cmd = exec.CommandContext(t.Context(), binary, args...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said = bufio.NewReader(stderr)
	if line, err := said.ReadString('\n'); err != nil || !strings.Contains(line, "probed_hit") {
		t.Fatalf("trapline said %q, %v", line, err)
	}
	return cmd, said
}

// A program that is probed goes on with its own code when trapline is interrupted, and when it
// has met as much as it was asked for.
func TestProbeLeaves(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "probed"), "serve")
	p.Await("probed: serving")
	for range 3 {
		cmd, said := probing(t, p.PID(), "-r", "-b", "probed_hit")
		cmd.Process.Signal(syscall.SIGINT)
		io.Copy(io.Discard, said)
		if cmd.Wait(); cmd.ProcessState.String() != "signal: interrupt" {
			t.Errorf("trapline: %v", cmd.ProcessState)
		}
		p.Tell()
		p.Await("probed: code as it was")
	}
	cmd, said := probing(t, p.PID(), "--limit", "100", "-b", "probed_hit")
	rest, _ := io.ReadAll(said)
	if err := cmd.Wait(); err != nil || strings.Count(string(rest), "probed_hit") != 99 {
		t.Errorf("trapline: %v, it said %s", err, rest)
	}
	p.Tell()
	p.Await("probed: code as it was")
	if out := p.Finish(); !strings.HasSuffix(out, "probed: done\n") || !p.State().Success() {
		t.Errorf("the program ended with %v and said %s", p.State(), out)
	}
}

// Who attaches to a process hears at once of a name that is not in it.
func TestProbeMisspelt(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "probed"), "serve")
	p.Await("probed: serving")
	cmd, said := probing(t, p.PID(), "-b", "probed_hti") // it says that probed_hit may be meant
	cmd.Process.Signal(syscall.SIGINT)
	if rest, _ := io.ReadAll(said); len(rest) > 0 {
		t.Errorf("trapline said also %s", rest)
	}
	cmd.Wait()
	p.Finish()
}

// What the loader has picked is found in a process that is attached to.
func TestProbePicked(t *testing.T) {
	p := fixture.Start(t, fixture.Build(t, "picked"))
	p.Await("picked: copied")
	cmd, said := probing(t, p.PID(), "-b", "probed_hit", "-b", "memcpy if $rdx >= 100 && $rdx < 110 print $rdx")
	p.Tell()
	p.Await("picked: copied")
	cmd.Process.Signal(syscall.SIGINT)
	rest, _ := io.ReadAll(said)
	if cmd.Wait(); !strings.Contains(string(rest), "$rdx=100\n") || !strings.Contains(string(rest), "$rdx=109\n") {
		t.Errorf("trapline said %s", rest)
	}
	p.Finish()
}

// What is written as JSON is what docs/probe.schema.json says, and that refuses what is not.
func TestProbeSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../docs/probe.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	valid := func(line string) error {
		data, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		return schema.Validate(data)
	}
	file := t.TempDir() + "/data"
	run(t, binary, "probe", "--json", "-r", "-k", "-l", "-o", file, "-b", "valued_call", "-b", "valued_double", "-b", "libc:write",
		"-b", "valued_fact print nothing, n", "--", fixture.Build(t, "valued"))
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	run(t, binary, "probe", "--json", "-o", file, "-w", "head->n", "-w", "rw:counter", "--", fixture.Build(t, "watches", "-O0"), "alone")
	watched, err := os.ReadFile(file)
	if err != nil || strings.Count(string(watched), `"old":`) < 5+4 {
		t.Errorf("%v: %s", err, watched)
	}
	lines := strings.Split(strings.TrimSpace(string(text)+string(watched)), "\n")
	if len(lines) < 3+3+2+2+5+5+5+4 {
		t.Errorf("only %d lines", len(lines))
	}
	for _, line := range lines {
		if err := valid(line); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	for _, line := range []string{`{}`, `[]`, strings.Replace(lines[0], `"hit"`, `"miss"`, 1), strings.Replace(lines[0], `"tid"`, `"tib"`, 1)} {
		if valid(line) == nil {
			t.Errorf("accepted: %s", line)
		}
	}
}

// converse gives commands to a prompt and returns what was said, without the prompts.
func converse(t *testing.T, commands string, args ...string) (outcome, string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, append([]string{"probe", "--stop"}, args...)...)
	cmd.Stdin = strings.NewReader(strings.ReplaceAll(commands, "; ", "\n") + "\n")
	var out, errors strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errors
	cmd.Run()
	said := strings.ReplaceAll(errors.String(), "(trapline) ", "")
	return outcome{out.String(), errors.String(), cmd.ProcessState.String()}, said
}

// The commands of a prompt do what they say, and the program notices nothing, whether it ends
// with the user or without.
func TestPrompt(t *testing.T) {
	probed, valued := fixture.Build(t, "probed", "-O0"), fixture.Build(t, "valued", "-O0")
	for name, test := range map[string]struct {
		commands string
		args     []string
		want     []string
	}{
		"a call that waits for another thread": {"next; next; next; locals; continue", []string{"-b", "probed_locked", "--", probed, "lock"},
			[]string{"before = 1\nafter = 4\n"}},
		"into a call of the library": {"step; step; bt; step; bt; finish; continue", []string{"-b", "probed_locked", "--", probed, "lock"},
			[]string{"#0   probed_wait at ", "#1   probed_locked at ", "#0   probed_locked at "}},
		"finish": {"finish; print n; continue", []string{"-b", "probed_fact if n == 2", "--", probed}, []string{"n = 3\n"}},
		"threads": {"threads; continue", []string{"-b", "probed_locked", "--", probed, "lock"},
			[]string{"* ", "\n  "}},
		"quit":      {"quit", []string{"-b", "probed_fact", "--", probed}, nil},
		"no more":   {"bt", []string{"-b", "probed_fact", "--", probed}, []string{"#0   probed_fact at ", "#1   shapes at "}},
		"end":       {"next; next; next; next; next; next; next; next; next; next; next; next; next; next; next; next; next; next; next", []string{"-b", "valued_text", "--", valued}, nil},
		"registers": {"regs; x $rsp 2; x nothing; print 1 +; x; continue", []string{"-b", "valued_text", "--", valued}, []string{"rip ", ":  0x", "there is no variable nothing here", "it ends early"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, said := converse(t, test.commands, test.args...)
			for _, want := range test.want {
				if !strings.Contains(said, want) {
					t.Errorf("%q is missing in:\n%s", want, got.errors)
				}
			}
			program := test.args[slices.Index(test.args, "--")+1:]
			if want := run(t, program...); want.out != got.out || want.end != got.end {
				t.Errorf("the program said %q and ended with %s, without us %q and %s\n%s", got.out, got.end, want.out, want.end, got.errors)
			}
		})
	}
}
