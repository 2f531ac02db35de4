// Watches compares what trapline probe -w tells of programs with what gdb's watchpoints do: the same
// hits, by the same lines, of the same values.
//
//	go run ./test/watches [-v]
package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/trapline/trapline/internal/fixture"
)

var verbose = flag.Bool("v", false, "show each hit")

//go:embed gdb.py
var script string

// commands are what gdb calls the uses that are written before a colon.
var commands = []struct{ use, command string }{{"", "watch"}, {"w:", ""}, {"r:", "rwatch"}, {"rw:", "awatch"}}

// A subject is a program, how it is compiled, and what of it is watched.
type subject struct {
	program string
	flags   []fixture.Flag
	what    []string
}

var (
	variables = []string{"counter", "table[1].n", "head->n", "table[0].high", "packed.wide", "both.a", "both.b"}
	subjects  = []subject{
		{"watches", []fixture.Flag{"-O0"}, variables},
		{"watches", []fixture.Flag{"-O0", fixture.M32}, variables},
		{"watches", []fixture.Flag{"-O0", fixture.Static}, variables},
	}
)

func main() {
	flag.Parse()
	directory, err := os.MkdirTemp("", "watches")
	if err == nil {
		defer os.RemoveAll(directory)
		err = compare(directory)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "watches:", err)
		os.Exit(1)
	}
}

// compare watches everything both ways.
func compare(directory string) error {
	ours := filepath.Join(directory, "trapline")
	if said, err := exec.Command("go", "build", "-o", ours, "./cmd/trapline").CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, said)
	}
	differ := 0
	for _, s := range subjects {
		program, err := fixture.Compile(s.program, s.flags...)
		if err != nil {
			return err
		}
		for _, what := range s.what {
			n, err := s.watch(ours, program, what, directory)
			if err != nil {
				return err
			}
			differ += n
		}
	}
	if differ > 0 {
		return fmt.Errorf("%d watches differ", differ)
	}
	return nil
}

// watch watches one variable in each way, and returns in how many the two differ.
func (s *subject) watch(ours, program, what, directory string) (differ int, err error) {
	for _, c := range commands {
		if c.command == "" || strings.Contains(what, "->") && c.use != "" {
			continue // gdb has none that tells each write, and tells reads of the pointer as reads of what it points to
		}
		told, err := probe(ours, c.use+what, program, filepath.Join(directory, "hits"))
		if err != nil {
			return differ, err
		}
		theirs, err := debug(c.command, what, program, filepath.Join(directory, "gdb"))
		if err != nil {
			return differ, err
		}
		verdict := "as gdb"
		if told != theirs {
			differ++
			verdict = fmt.Sprintf("differ\ngdb:\n%strapline:\n%s", theirs, told)
		}
		fmt.Printf("%s %v %-16s %3d hits %s\n", s.program, s.flags, c.use+what, strings.Count(told, "\n"), verdict)
		if *verbose {
			fmt.Print(told)
		}
	}
	return differ, nil
}

// probe has trapline watch, and returns a line for each hit.
func probe(ours, what, program, file string) (string, error) {
	cmd := exec.Command(ours, "probe", "--json", "-o", file, "-w", what, "--", program, "alone")
	if said, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("trapline: %w\n%s", err, said)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	var told strings.Builder
	for lines := json.NewDecoder(bytes.NewReader(data)); lines.More(); {
		var hit struct {
			Line       int
			Value, Old struct{ Value, Error string }
			Event      string
		}
		if err := lines.Decode(&hit); err != nil {
			return "", err
		}
		fmt.Fprintf(&told, "%d: %s", hit.Line, hit.Value.Value+hit.Value.Error)
		if hit.Event == "write" {
			fmt.Fprintf(&told, " (was %s)", hit.Old.Value+hit.Old.Error)
		}
		told.WriteByte('\n')
	}
	return told.String(), nil
}

// debug has gdb watch, and returns the same.
func debug(command, what, program, file string) (string, error) {
	source := fmt.Sprintf("%s\nwith open(%q, 'w') as out:\n    follow(%q, %q, 'alone', out)\n", script, file, command, what)
	if err := os.WriteFile(file+".py", []byte(source), 0o600); err != nil {
		return "", err
	}
	said, err := exec.Command("gdb", "-nx", "-batch", "-iex", "set debuginfod enabled off", "-x", file+".py", program).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("gdb: %w\n%s", err, said)
	}
	told, err := os.ReadFile(file)
	return string(told), err
}
