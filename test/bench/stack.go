package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/trapline/trapline/internal/fixture"
)

// An inspection is a running program whose stacks are shown, by trapline stack and by another
// command, on whose command line PID is the program's id.
type inspection struct {
	name  string
	other []string
	start func(dir string) (*exec.Cmd, error)
}

var (
	euStack = []string{"eu-stack", "-p", "PID"}
	gdb     = []string{"gdb", "-nx", "-batch", "-iex", "set debuginfod enabled off", "-p", "PID", "-ex", "thread apply all bt"}
)

var inspections = []inspection{
	{"stack sleep/eu", euStack, command("sleep", "1000000")},
	{"stack sleep/gdb", gdb, command("sleep", "1000000")},
	{"stack python/eu", euStack, command("python3", "-c", "import time; print('', flush=True); time.sleep(1e6)")},
	{"stack python/gdb", gdb, command("python3", "-c", "import time; print('', flush=True); time.sleep(1e6)")},
	{"stack node/eu", euStack, command("node", "-e", "console.log(); setInterval(() => {}, 1e8)")},
	{"stack node/gdb", gdb, command("node", "-e", "console.log(); setInterval(() => {}, 1e8)")},
	{"stack threads/eu", euStack, crowd},
	{"stack threads/gdb", gdb, crowd},
}

// command starts a program that says when it is where it should be; sleep needs not.
func command(args ...string) func(string) (*exec.Cmd, error) {
	return func(dir string) (*exec.Cmd, error) { return begin(dir, args...) }
}

// threads is how many of them crowd has.
const threads = 500

// crowd starts the program that has many threads, which wait.
func crowd(dir string) (*exec.Cmd, error) {
	path, err := fixture.Compile("waiting")
	if err != nil {
		return nil, err
	}
	return begin(dir, path, strconv.Itoa(threads))
}

// begin starts a program and waits for its first line.
func begin(dir string, args ...string) (*exec.Cmd, error) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if args[0] != "sleep" {
		bufio.NewReader(out).ReadString('\n')
	}
	return cmd, nil
}

// bedside measures what is done to running programs.
func bedside(dir string) error {
	for _, i := range inspections {
		if !chosen(i.name) {
			continue
		}
		if err := i.inspect(dir); err != nil {
			return fmt.Errorf("%s: %w", i.name, err)
		}
	}
	if chosen(freezeName) && *trapline != "" {
		return freeze(dir)
	}
	return nil
}

// inspect measures the two commands on one program that runs all the while.
func (i *inspection) inspect(dir string) error {
	cmd, err := i.start(dir)
	if err != nil {
		return err
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	pid := strconv.Itoa(cmd.Process.Pid)
	their := make([]string, len(i.other))
	for n, word := range i.other {
		their[n] = word
		if word == "PID" {
			their[n] = pid
		}
	}
	our := their
	if *trapline != "" {
		path, _ := filepath.Abs(*trapline)
		our = []string{path, "stack", pid}
	}
	r, err := alternate(dir, their, our)
	if err != nil {
		return err
	}
	r.print(i.name, os.DevNull, sample{})
	return nil
}

// freeze prints how long trapline stack holds the process with many threads, as it says itself:
// the median and the quartiles of twenty.
func freeze(dir string) error {
	cmd, err := crowd(dir)
	if err != nil {
		return err
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	var held []float64
	for range 20 {
		out, err := exec.Command(*trapline, "stack", "--json", strconv.Itoa(cmd.Process.Pid)).Output()
		if err != nil {
			return err
		}
		var said struct {
			Microseconds float64 `json:"frozen_us"`
		}
		if err := json.Unmarshal(out, &said); err != nil {
			return err
		}
		held = append(held, said.Microseconds/1000)
	}
	q1, median, q3 := quartiles(held)
	fmt.Printf("%-18s %d threads: %.1f ms, middle half %.1f to %.1f; aim %.1f\n", freezeName, threads, median, q1, q3, 1+0.02*threads)
	return nil
}

const freezeName = "stack freeze"
