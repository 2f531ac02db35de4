package main

import (
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
)

// compareDelve stops a program and has delve look at it. Delve tells a line for the address
// that a call returns to, so that only functions and addresses are compared.
func (s *stage) compareDelve(program string) (t goTally, err error) {
	pid, ours, err := s.stopGo(program)
	if err != nil {
		return t, err
	}
	defer syscall.Kill(pid, syscall.SIGKILL)
	t.stops++
	cmd := exec.CommandContext(s, *dlv, "attach", strconv.Itoa(pid), "--allow-non-terminal-interactive=true")
	cmd.Stdin = strings.NewReader("goroutines -t 1000\nexit\nn\n")
	out, err := cmd.CombinedOutput()
	theirs := parseDelve(string(out))
	if len(theirs) == 0 {
		return t, fmt.Errorf("delve: %v\n%s", err, out)
	}
	for id, one := range theirs {
		if mine, ok := ours[id]; ok {
			mine.calls, mine.created, one.state = functionsOf(mine.calls), "", ""
			t.compare(id, mine, one)
		}
	}
	return t, nil
}

// functionsOf cuts the places off calls.
func functionsOf(calls []string) (functions []string) {
	for _, c := range calls {
		name, _, _ := cutLast(c, " ")
		functions = append(functions, name)
	}
	return functions
}

var (
	escapes   = regexp.MustCompile(`\x1b\[[0-9;]*m`)
	delveHead = regexp.MustCompile(`^(?:\(dlv\) )?[* ] *Goroutine (\d+) - `)
	delveCall = regexp.MustCompile(`^\t *\d+  0x[0-9a-f]+ in (.*)$`)
)

// parseDelve reads what delve's goroutines -t writes.
func parseDelve(text string) goStacks {
	stacks := goStacks{}
	var id uint64
	for line := range strings.Lines(escapes.ReplaceAllString(text, "")) {
		line = strings.TrimRight(line, "\n")
		if head := delveHead.FindStringSubmatch(line); head != nil {
			id, _ = strconv.ParseUint(head[1], 10, 64)
			stacks[id] = goStack{}
		} else if call := delveCall.FindStringSubmatch(line); call != nil && id != 0 && call[1] != "???" {
			g := stacks[id]
			g.calls = append(g.calls, goShape.ReplaceAllString(strings.TrimPrefix(call[1], "C."), "[...]"))
			stacks[id] = g
		}
	}
	return stacks
}
