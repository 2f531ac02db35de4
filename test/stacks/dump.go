package main

import (
	"errors"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/procfs"
)

// compareDump stops a program, looks at it and has it dump its goroutines. Only the thread
// that dumps may run then, so that nothing moves in between.
func (s *stage) compareDump(program string) (t goTally, err error) {
	pid, ours, err := s.stopGo(program)
	if err != nil {
		return t, err
	}
	t.stops++
	err = quit(pid, dumper(pid, ours))
	if errors.Is(err, errStuck) {
		t.stuck++
	} else if err != nil {
		return t, err
	}
	theirs := parseDump(s.log(program))
	for id, one := range theirs {
		if mine, ok := ours[id]; ok {
			t.compare(id, mine, one)
		} else if t.stuck == 0 && !one.system() {
			t.compare(id, goStack{}, one)
		}
	}
	return t, nil
}

// system reports whether the goroutine is the runtime's own, which trapline stack leaves out.
func (g *goStack) system() bool {
	first := len(g.calls) - 2 // runtime.goexit is the last
	return first < 0 || strings.HasPrefix(g.calls[first], "runtime.")
}

// dumper is the thread that is to dump: one that runs a goroutine, which is dumped then as
// the signal finds it; else the first.
func dumper(pid int, ours goStacks) int {
	for _, g := range ours {
		if g.state == "running" && g.thread != 0 {
			return g.thread
		}
	}
	return pid
}

// errStuck says that the thread waits for one that may not run: the dump ends early.
var errStuck = errors.New("the dump does not end")

// quit has one thread of a stopped process handle SIGQUIT while the others stand still. It
// returns when the process has ended.
func quit(pid, tid int) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	tids, err := procfs.Tasks(pid)
	if err != nil {
		return err
	}
	for _, one := range tids {
		if err := ptrace.Seize(one, 0); err != nil {
			return err
		}
		ptrace.Interrupt(one)
		if _, err := ptrace.Wait(one, ptrace.All, nil); err != nil {
			return err
		}
	}
	syscall.Kill(pid, syscall.SIGCONT)
	ptrace.Tgkill(pid, tid, syscall.SIGQUIT)
	ptrace.Cont(tid, 0)
	if err = attend(pid, tid); err == nil {
		return nil // another process may have its id by now
	}
	syscall.Kill(pid, syscall.SIGKILL)
	for gone := false; !gone; {
		status, err := ptrace.Wait(-1, ptrace.All, nil)
		gone = err != nil || status.PID == pid && !status.Stopped()
	}
	return err
}

// attend passes signals on to the thread until the process ends, or does not come to its end.
func attend(pid, tid int) error {
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); {
		status, err := ptrace.Poll(-1, nil)
		switch {
		case err != nil || status.PID == pid && !status.Stopped():
			return nil
		case status.PID == 0:
			time.Sleep(100 * time.Microsecond)
		case status.PID == tid && status.Event() != 0:
			ptrace.Cont(tid, 0)
		case status.PID == tid:
			ptrace.Cont(tid, status.StopSignal())
		}
	}
	return errStuck
}

var (
	dumpHead    = regexp.MustCompile(`^goroutine (\d+)(?: gp=\S+ m=\S+(?: mp=\S+)?)? \[([^\],]+)`)
	dumpPlace   = regexp.MustCompile(`^\t(\S+:\d+)`)
	dumpCreated = regexp.MustCompile(`^created by (\S+)`)
)

// parseDump reads the goroutines of Go's own dump.
func parseDump(text string) goStacks {
	stacks := goStacks{}
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		head := dumpHead.FindStringSubmatch(lines[i])
		if head == nil {
			continue
		}
		id, _ := strconv.ParseUint(head[1], 10, 64)
		g := goStack{state: head[2]}
		for i++; i+1 < len(lines) && lines[i] != ""; i++ {
			i += g.dumpLine(lines[i], lines[i+1])
		}
		if id != 0 {
			stacks[id] = g
		}
	}
	return stacks
}

// dumpLine takes a line of a dump, and the one behind it if it belongs to it.
func (g *goStack) dumpLine(line, next string) (taken int) {
	at := dumpPlace.FindStringSubmatch(next)
	created := dumpCreated.FindStringSubmatch(line)
	switch {
	case strings.HasPrefix(line, "...") || strings.Contains(line, "stack unavailable"):
		g.calls = append(g.calls, gap)
		return 0
	case at == nil:
		return 0
	case created != nil:
		g.created = goShape.ReplaceAllString(created[1], "[...]") + " " + filepath.Base(at[1])
	case !strings.HasPrefix(line, "runtime.systemstack_switch("):
		name, _, _ := cutLast(line, "(")
		if name == "panic" { // so it is called in dumps
			name = "runtime.gopanic"
		}
		g.calls = append(g.calls, goShape.ReplaceAllString(name, "[...]")+" "+filepath.Base(at[1]))
	}
	return 1
}

// cutLast is strings.Cut around the last separator.
func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
