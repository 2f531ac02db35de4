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
	{"probe C/gdb", "probed_hit", 1, 4000, 60000, program("probed", "race", "1"), withGDB},
	{"probe threads/gdb", "probed_hit", 4, 500, 15000, program("probed", "race", "4"), withGDB},
	{"probe Go/gdb", "main.hit", 1, 4000, 60000, golang, withGDB},
	{"probe Go/dlv", "main.hit", 1, 2000, 60000, golang, withDelve},
}

func golang(string) ([]string, error) {
	path, err := fixture.CompileGo("test/bench/testdata/probed.go", nil)
	return []string{path}, err
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
		our := append([]string{*trapline, "probe", "-b", p.place + " if n < 0", "--"}, program...)
		if err := p.race(dir, their, our); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

// race measures pairs and prints how many hits a second each takes.
func (p *probed) race(dir string, their, our []string) error {
	commands, calls := [2][]string{their, our}, [2]int{p.theirs, p.ours}
	r, err := pairs(func(side int) (sample, error) { return p.cost(dir, commands[side], calls[side]) })
	if err != nil {
		return err
	}
	_, theirs, _ := quartiles(r.theirs)
	_, ours, _ := quartiles(r.ours)
	fmt.Printf("%-24s %.0f and %.0f hits a second, %.1f times as many, middle half %.1f to %.1f, %d pairs; aim 5\n",
		p.name, 1/theirs, 1/ours, 1/r.ratio, 1/r.q3, 1/r.q1, len(r.ratios))
	return nil
}

// cost is how long one hit takes, without what starting takes.
func (p *probed) cost(dir string, command []string, calls int) (sample, error) {
	one, err := measure(dir, append(command[:len(command):len(command)], "1"))
	if err != nil {
		return one, err
	}
	many, err := measure(dir, append(command[:len(command):len(command)], strconv.Itoa(calls)))
	hits := time.Duration((calls - 1) * p.threads)
	return sample{wall: (many.wall - one.wall) / hits, cpu: (many.cpu - one.cpu) / hits}, err
}
