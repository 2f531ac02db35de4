package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/procfs"
)

// A rival is another command that shows stacks, and what trapline stack is told to show as much.
// PID is the program's id.
type rival struct {
	name         string
	theirs, ours []string
}

// eu-stack tells symbols; told to, lines and inlined calls.
var rivals = []rival{
	{"eu", []string{"eu-stack", "-p", "PID"}, nil},
	{"eu-first", []string{"eu-stack", "-p", "PID"}, []string{"--no-cache"}},
	{"eu-symbols", []string{"eu-stack", "-p", "PID"}, []string{"--symbols"}},
	{"eu-lines", []string{"eu-stack", "-i", "-s", "-p", "PID"}, nil},
	{"gdb", []string{"gdb", "-nx", "-batch", "-iex", "set debuginfod enabled off", "-p", "PID", "-ex", "thread apply all bt"}, nil},
}

// A patient is a program whose stacks are shown.
type patient struct {
	name  string
	start func(dir string) (*exec.Cmd, error)
}

var patients = []patient{
	{"sleep", command("sleep", "1000000")},
	{"python", command("python3", "-c", "import time; print('', flush=True); time.sleep(1e6)")},
	{"node", command("node", "-e", "console.log(); setInterval(() => {}, 1e8)")},
	{"redis", command("redis-server", "--port", "0", "--unixsocket", "redis.sock", "--save", "")},
	{"threads", crowd},
}

// command starts a program that says when it is where it should be, but for sleep.
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
	if args[0] == "sleep" {
		awaitSleep(cmd.Process.Pid)
	} else {
		bufio.NewReader(out).ReadString('\n')
	}
	return cmd, nil
}

// awaitSleep waits until a process sleeps by a call of its own, rather than for its dynamic linker's files.
func awaitSleep(pid int) {
	for range 1000 {
		if where, _ := procfs.Wchan(pid); strings.Contains(where, "nanosleep") {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// bedside measures what is done to running programs.
func bedside(dir string) error {
	for _, p := range patients {
		for _, r := range rivals {
			name := "stack " + p.name + "/" + r.name
			if !chosen(name) {
				continue
			}
			if err := p.inspect(name, &r, dir); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	if chosen(freezeName) && *trapline != "" {
		return freeze(dir)
	}
	return nil
}

// inspect measures two commands on one program that runs all the while.
func (p *patient) inspect(name string, other *rival, dir string) error {
	cmd, err := p.start(dir)
	if err != nil {
		return err
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	pid := strconv.Itoa(cmd.Process.Pid)
	their := slices.Clone(other.theirs)
	their[slices.Index(their, "PID")] = pid
	our := their
	if *trapline != "" {
		our = append(append([]string{*trapline, "stack"}, other.ours...), pid)
	}
	r, err := alternate(dir, their, our)
	if err != nil {
		return err
	}
	r.print(name, os.DevNull, sample{})
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
	fmt.Printf("%-24s %d threads: %.1f ms, middle half %.1f to %.1f; aim %.1f\n", freezeName, threads, median, q1, q3, 1+0.02*threads)
	return nil
}

const freezeName = "stack freeze"
