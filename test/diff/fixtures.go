package main

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/trapline/trapline/internal/fixture"
)

//go:embed fixtures
var sources embed.FS

// A program is a fixture: a C program that makes the calls it is named after. Its cases are the runs
// that are compared, one for each ABI and choice of options.
type program struct {
	name  string // fixture/GROUP/NAME
	cases []*command
}

// optionSets are the tracers' options for every fixture: each shows another side of the values.
var optionSets = [][]string{
	nil,
	opt("-v"),
	opt("-X", "verbose"),
	opt("-X", "raw"),
	opt("-yy"),
	opt("-xx", "-s", "4096"),
}

// abis are what fixtures are built for, by the word that selects one in a fixture's first lines.
var abis = []struct {
	name  string
	flags []fixture.Flag
}{
	{"amd64", nil},
	{"i386", []fixture.Flag{fixture.M32}},
}

// programs returns the fixtures whose names match the arguments, in order.
func programs() ([]*program, error) {
	files, err := fs.Glob(sources, "fixtures/*/*.c")
	if err != nil {
		return nil, err
	}
	var list []*program
	for _, file := range files {
		name := "fixture/" + strings.TrimSuffix(strings.TrimPrefix(file, "fixtures/"), ".c")
		if !chosen(name) {
			continue
		}
		text, err := sources.ReadFile(file)
		if err != nil {
			return nil, err
		}
		list = append(list, newProgram(name, string(text)))
	}
	return list, nil
}

// newProgram reads from a fixture's first lines what it is run as: "// amd64" and "// i386" name the
// only ABI, "// -f" adds options.
func newProgram(name, text string) *program {
	var only string
	var more []string
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) < 2 || words[0] != "//" {
			break
		}
		switch {
		case words[1][0] == '-':
			more = words[1:]
		case len(words) == 2 && (words[1] == "amd64" || words[1] == "i386"):
			only = words[1]
		}
	}
	p := &program{name: name}
	for _, abi := range abis {
		if only != "" && abi.name != only {
			continue
		}
		for _, options := range optionSets {
			c := &command{name: name, abi: abi.name, flags: abi.flags, marked: true}
			c.options = append(append(c.options, more...), options...)
			p.cases = append(p.cases, c)
		}
	}
	return p
}

// suite is how fixtures are built: with the newest kernel headers, and without a dynamic linker.
func suite() fixture.Suite {
	include := *headers
	if include == "" {
		include = filepath.Join(filepath.Dir(filepath.Dir(*strace)), "include", "usr", "include")
	}
	return fixture.Suite{Files: sources, Root: "fixtures", Flags: []fixture.Flag{
		"-D_GNU_SOURCE", "-O1", "-w", "-Wno-int-conversion", "-fmax-errors=3", "-ftrack-macro-expansion=0",
		"-static", "-isystem", fixture.Flag(include), "-isystem", fixture.Flag(filepath.Join(include, "x86_64-linux-gnu")),
	}}
}

// compareFixtures runs the fixtures, two at a time, each with a bench of its own. The order of the
// reports is that of the list.
func compareFixtures(list []*program, benches []*bench) []*result {
	finished := make([]chan []*result, len(list))
	for i := range finished {
		finished[i] = make(chan []*result, 1)
	}
	var next sync.Mutex
	taken := 0
	take := func() int {
		next.Lock()
		defer next.Unlock()
		taken++
		return taken - 1
	}
	for _, b := range benches {
		b.limit = 10 * time.Second
		go func() {
			for i := take(); i < len(list); i = take() {
				finished[i] <- b.compareProgram(list[i])
			}
		}()
	}
	var all []*result
	for i, p := range list {
		results := <-finished[i]
		reportProgram(p, results)
		all = append(all, results...)
	}
	return all
}

// compareProgram compares the cases of a fixture, up to one that does not run.
func (b *bench) compareProgram(p *program) []*result {
	var results []*result
	for _, c := range p.cases {
		binary, err := suite().Compile(strings.TrimPrefix(p.name, "fixture/"), c.flags...)
		if err == nil {
			err = b.install(binary)
		}
		if err != nil {
			return append(results, &result{command: c, err: err})
		}
		r := b.compare(c)
		if results = append(results, r); r.err != nil {
			break
		}
	}
	return results
}

// install puts a program where a user without rights can run it.
func (b *bench) install(binary string) error {
	text, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	if err := os.Remove(b.program()); err != nil && !os.IsNotExist(err) {
		return err
	}
	return os.WriteFile(b.program(), text, 0o755)
}

// program is where the fixture lies that is compared now.
func (b *bench) program() string { return filepath.Join(filepath.Dir(b.dir), "program") }

// prepareEmpty makes both directories anew, for a user without rights.
func (b *bench) prepareEmpty() error {
	for _, dir := range []string{b.dir, b.out} {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
		if os.Getuid() == 0 {
			if err := os.Chown(dir, nobody, nobody); err != nil {
				return err
			}
		}
	}
	return nil
}

// nobody is the user and the group that own nothing.
const nobody = 65534

// unprivileged makes a tracer the leader of its own process group and takes root's rights from it.
func unprivileged() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 {
		attr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	return attr
}

// marker is how the call of begin() is shown with any options.
const marker = "fchdir(-20261129)"

// afterMarker cuts what a task did up to the marker; a task without one was made later.
func afterMarker(streams [][]string) ([][]string, error) {
	found := false
	for i, stream := range streams {
		for j, line := range stream {
			if strings.HasPrefix(strings.TrimPrefix(line, "TASK "), marker) {
				streams[i], found = stream[j+1:], true
				break
			}
		}
	}
	if !found {
		return nil, fmt.Errorf("no begin()")
	}
	return streams, nil
}
