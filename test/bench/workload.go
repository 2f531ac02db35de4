package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/trapline/trapline/internal/fixture"
)

// A workload is a program to trace and the options to trace it with.
type workload struct {
	name    string
	options []string
	theirs  []string // what strace is told besides
	ours    []string // what we are
	// args makes the command, with its files in dir.
	args func(dir string) ([]string, error)
}

// Options for all that can be told, for data, which is compared with strace's text, and for call
// stacks.
var (
	everything = []string{"-v", "-yy"}
	data       = []string{"--output-format=json"}
	stacks     = []string{"-k"}
)

var workloads = []workload{
	{"getppid loop", nil, nil, nil, program("getppid", "40000")},
	{"calls left out", []string{"-f", "-e", "trace=openat"}, []string{"--seccomp-bpf"}, nil, program("getppid", "2000000")},
	{"close of openat", []string{"-f", "-e", "trace=close"}, []string{"--seccomp-bpf"}, nil, program("opens", "20000")},
	{"ioctl where", []string{"-f", "-e", "trace=ioctl"}, []string{"--seccomp-bpf"}, []string{"--where", "fd == 99"}, program("ioctls", "100000")},
	{"dd bs=1", nil, nil, nil, plain("dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=20000", "status=none")},
	{"openat+close", nil, nil, nil, program("opens", "20000")},
	{"thread ping-pong", []string{"-f"}, nil, nil, program("pingpong", "8000")},
	{"find /usr", nil, nil, nil, plain("find", "/usr", "-xdev")},
	{"git status", []string{"-f"}, nil, nil, repository},
	{"compile ten files", []string{"-f"}, nil, nil, project},
	{"all of openat", everything, nil, nil, program("opens", "10000")},
	{"all of sockets", everything, nil, nil, program("sockets", "4000")},
	{"all of find", everything, nil, nil, plain("find", "/usr/share", "-xdev")},
	{"all of git status", append([]string{"-f"}, everything...), nil, nil, repository},
	{"JSON of openat", nil, nil, data, program("opens", "10000")},
	{"JSON of sockets", nil, nil, data, program("sockets", "4000")},
	{"JSON of find", nil, nil, data, plain("find", "/usr/share", "-xdev")},
	{"JSON of git status", []string{"-f"}, nil, data, repository},
	{"-k of getppid", stacks, nil, nil, program("getppid", "1000")},
	{"-k of start-up", stacks, nil, nil, plain("/bin/true")},
	{"-k of perl", stacks, nil, nil, plain("perl", "-e", "1")},
	{"-k of compile", append([]string{"-f"}, stacks...), nil, nil, plain("gcc", "-c", "-x", "c", "/dev/null", "-o", "/dev/null")},
	{"start-up", nil, nil, nil, plain("/bin/true")},
}

// plain is a command as it stands.
func plain(args ...string) func(string) ([]string, error) {
	return func(string) ([]string, error) { return args, nil }
}

// program is one of the fixtures.
func program(name string, args ...string) func(string) ([]string, error) {
	return func(string) ([]string, error) {
		path, err := fixture.Compile(name)
		return append([]string{path}, args...), err
	}
}

// repository makes a repository of many files, so that git status has many to look at.
func repository(dir string) ([]string, error) {
	const script = `
git init -q . && for d in $(seq 100); do mkdir $d; for f in $(seq 100); do echo $d $f > $d/$f; done; done
git add . && git -c user.name=a -c user.email=a@example.org commit -qm all && git status >/dev/null`
	if err := shell(dir, script); err != nil {
		return nil, err
	}
	return []string{"git", "-C", dir, "status"}, nil
}

// project makes ten C files, each including what real ones include.
func project(dir string) ([]string, error) {
	args := []string{"gcc", "-c"}
	for i := range 10 {
		text := fmt.Sprintf("#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\nint f%d(char *s) { return printf(\"%%s\", s) + %d; }\n", i, i)
		file := filepath.Join(dir, fmt.Sprintf("f%d.c", i))
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			return nil, err
		}
		args = append(args, file)
	}
	return args, nil
}

func shell(dir, script string) error {
	cmd := exec.Command("bash", "-ec", script)
	cmd.Dir = dir
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, said)
	}
	return nil
}
