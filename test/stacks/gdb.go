package main

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"time"
)

//go:embed gdb.py
var gdbScript string

// A debugger is a gdb that stays, so that it reads the symbols of a program once. One is
// for one program: gdb confuses those of several.
type debugger struct {
	cmd      *exec.Cmd
	requests *os.File
	answers  *bufio.Reader
	said     bytes.Buffer
}

// newDebugger starts gdb with gdb.py, which is written into dir.
func newDebugger(ctx context.Context, dir string) (*debugger, error) {
	script, err := os.CreateTemp(dir, "gdb*.py")
	if err != nil {
		return nil, err
	}
	defer script.Close()
	if _, err := script.WriteString(gdbScript); err != nil {
		return nil, err
	}
	theirRequests, requests, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer theirRequests.Close()
	answers, theirAnswers, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer theirAnswers.Close()
	g := &debugger{cmd: exec.CommandContext(ctx, "gdb", "-nx", "-q", "-batch", "-x", script.Name()), requests: requests, answers: bufio.NewReaderSize(answers, 1<<20)}
	g.cmd.ExtraFiles = []*os.File{theirRequests, theirAnswers}
	g.cmd.Stdout, g.cmd.Stderr, g.cmd.WaitDelay = &g.said, &g.said, time.Second
	return g, g.cmd.Start()
}

// look returns the stacks of a process's threads. The symbols are in another file where that
// is not empty.
func (g *debugger) look(pid int, symbols string) ([]thread, error) {
	return g.ask(strconv.Itoa(pid), symbols)
}

// ask returns the stacks of a process, or of a core and the program that it is of.
func (g *debugger) ask(target, symbols string) ([]thread, error) {
	if _, err := fmt.Fprintln(g.requests, target, symbols); err != nil {
		return nil, fmt.Errorf("gdb: %w\n%s", err, g.said.String())
	}
	line, err := g.answers.ReadBytes('\n')
	if err == io.EOF {
		err = g.cmd.Wait()
	}
	if err != nil {
		return nil, fmt.Errorf("gdb: %w\n%s", err, g.said.String())
	}
	threads, err := parse(line)
	if err != nil {
		return nil, fmt.Errorf("gdb: %w", err)
	}
	return threads, nil
}

func (g *debugger) close() {
	g.requests.Close()
	g.cmd.Wait()
}
