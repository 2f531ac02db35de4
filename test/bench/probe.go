package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/trapline/trapline/internal/fixture"
)

// A probed is a program that comes to a function so many times, and what looks there whether a
// condition holds, which never does.
type probed struct {
	name         string
	place        string
	threads      int
	theirs, ours int // how many calls
	build        func(dir string) ([]string, error)
	debugger     func(dir, place string, program []string) ([]string, error)
}

var probedPrograms = []probed{
	{"probe C/gdb", "probed_hit", 1, 4000, 60000, raced(1), withGDB},
	{"probe threads/gdb", "probed_hit", 4, 500, 15000, raced(4), withGDB},
	{"probe Go/gdb", "main.hit", 1, 4000, 60000, golang, withGDB},
	{"probe Go/dlv", "main.hit", 1, 2000, 60000, golang, withDelve},
}

// raced is the fixture that calls from threads.
func raced(threads int) func(string) ([]string, error) {
	return func(string) ([]string, error) {
		path, err := fixture.Compile("probed")
		return []string{path, "race", strconv.Itoa(threads)}, err
	}
}

func golang(dir string) ([]string, error) {
	path := filepath.Join(dir, "probed")
	said, err := exec.Command("go", "build", "-o", path, "test/bench/testdata/probed.go").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, said)
	}
	return []string{path}, nil
}

func withGDB(_, place string, program []string) ([]string, error) {
	return append([]string{"gdb", "-nx", "-batch", "-iex", "set debuginfod enabled off", "-ex", "break " + place + " if n < 0",
		"-ex", "run", "--args"}, program...), nil
}

func withDelve(dir, place string, program []string) ([]string, error) {
	script := filepath.Join(dir, "script")
	text := "break hit " + place + "\ncondition hit n < 0\ncontinue\nexit\n"
	if err := os.WriteFile(script, []byte(text), 0o644); err != nil {
		return nil, err
	}
	return append([]string{*dlv, "exec", "--allow-non-terminal-interactive", "--init", script, program[0], "--"}, program[1:]...), nil
}

// probes measures what a hit with a false condition costs.
func probes(dir string) error {
	for _, p := range probedPrograms {
		if !chosen(p.name) || *trapline == "" {
			continue
		}
		program, err := p.build(dir)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		their, err := p.debugger(dir, p.place, program)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		if _, err := exec.LookPath(their[0]); err != nil {
			fmt.Printf("%-24s left out: %v\n", p.name, err)
			continue
		}
		path, _ := filepath.Abs(*trapline)
		our := append([]string{path, "probe", "-b", p.place + " if n < 0", "--"}, program...)
		if err := p.race(dir, their, our); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

// race measures pairs, in turn, and prints how many hits a second each takes.
func (p *probed) race(dir string, their, our []string) error {
	var theirs, ours, ratios []float64
	for begin, n := time.Now(), 0; n < *rounds && (n < fewest || time.Since(begin) < *budget); n++ {
		costs, commands, calls := [2]float64{}, [2][]string{their, our}, [2]int{p.theirs, p.ours}
		for _, i := range []int{n % 2, 1 - n%2} {
			var err error
			if costs[i], err = p.cost(dir, commands[i], calls[i]); err != nil {
				return err
			}
		}
		theirs, ours, ratios = append(theirs, costs[0]), append(ours, costs[1]), append(ratios, costs[0]/costs[1])
	}
	_, their1, _ := quartiles(theirs)
	_, our1, _ := quartiles(ours)
	q1, ratio, q3 := quartiles(ratios)
	fmt.Printf("%-24s %.0f and %.0f hits a second, %.1f times as many, middle half %.1f to %.1f, %d pairs; aim 5\n",
		p.name, 1/their1, 1/our1, ratio, q1, q3, len(ratios))
	return nil
}

// cost is how long one hit takes, in seconds, without what starting takes.
func (p *probed) cost(dir string, command []string, calls int) (float64, error) {
	one, err := measure(dir, append(command[:len(command):len(command)], "1"))
	if err != nil {
		return 0, err
	}
	many, err := measure(dir, append(command[:len(command):len(command)], strconv.Itoa(calls)))
	if err != nil {
		return 0, err
	}
	return (many.wall - one.wall).Seconds() / float64((calls-1)*p.threads), nil
}
