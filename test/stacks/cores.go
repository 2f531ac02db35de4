package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/capture"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/procfs"
)

// A dump makes a core of a process and returns its path.
type dump func(s *stage, pid int) (core string, err error)

// cores are programs of which cores are looked at, not they themselves: those that the kernel
// makes of a program that SIGABRT kills, and those of gdb. Go takes SIGABRT for itself.
var cores = []subject{
	coreOf("C -O2", killed),
	coreOf("C -O2", debugged),
	coreOf("C stripped", killed),
	coreOf("C static", killed),
	coreOf("C 32 bits", killed),
	coreOf("C 32 bits", debugged),
	coreOf("C musl", killed),
	coreOf("signals", killed),
	coreOf("500 threads", killed),
	coreOf("C++ -O2", killed),
	coreOf("Rust -O", killed),
	coreOf("Go", debugged),
	coreOf("Go PIE", debugged),
	coreOf("Go and C", debugged),
	coreOf("python3 threads", killed),
	coreOf("node busy", killed),
	coreOf("redis loaded", killed),
}

// coreOf is another subject of which cores are made.
func coreOf(name string, d dump) subject {
	all := slices.Concat(programs, scripts, servers)
	s := all[slices.IndexFunc(all, func(s subject) bool { return s.name == name })]
	s.name, s.dump = "core of "+name, d
	return s
}

// killed is the core that the kernel makes.
func killed(s *stage, pid int) (string, error) {
	if err := syscall.Kill(pid, syscall.SIGABRT); err != nil {
		return "", err
	}
	for !dead(pid) {
		select {
		case <-s.Done():
			return "", s.Err()
		case <-time.After(time.Millisecond):
		}
	}
	found, _ := filepath.Glob(filepath.Join(s.dir, "core*"))
	if len(found) != 1 {
		pattern, _ := os.ReadFile("/proc/sys/kernel/core_pattern")
		return "", fmt.Errorf("the kernel left %v; core_pattern is %q", found, pattern)
	}
	return found[0], nil
}

// dead reports whether a process has ended, though nobody may have noticed.
func dead(pid int) bool {
	stat, err := procfs.Stat(pid)
	return err != nil || stat.State == 'Z'
}

// debugged is the core that gdb makes.
func debugged(s *stage, pid int) (string, error) {
	prefix := filepath.Join(s.dir, "core")
	return prefix + "." + strconv.Itoa(pid), s.run("gcore", "-o", prefix, strconv.Itoa(pid))
}

// performCores compares the stacks of cores, each of a program that was started for it.
func (s *subject) performCores(ctx context.Context) (total tally, err error) {
	if err := raiseCoreLimit(); err != nil {
		return total, err
	}
	times := max(1, *stops/10)
	if s.idle {
		times = 1
	}
	for range times {
		one, err := s.performCore(ctx)
		total.add(one)
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// raiseCoreLimit lets the programs that we start leave cores.
func raiseCoreLimit() error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CORE, &limit); err != nil {
		return err
	}
	limit.Cur = limit.Max
	return syscall.Setrlimit(syscall.RLIMIT_CORE, &limit)
}

func (s *subject) performCore(ctx context.Context) (t tally, err error) {
	stage, err := newStage(ctx)
	if err != nil {
		return t, err
	}
	defer stage.end()
	pids, err := s.start(stage)
	if err != nil {
		return t, err
	}
	time.Sleep(time.Duration(rand.IntN(5000)) * time.Microsecond)
	program, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pids[0]))
	if err != nil {
		return t, err
	}
	core, err := s.dump(stage, pids[0])
	if err != nil {
		return t, err
	}
	return stage.compareCore(core, program)
}

// compareCore compares what gdb and Trapline see in a core.
func (s *stage) compareCore(core, program string) (t tally, err error) {
	gdb, err := newDebugger(s, s.dir)
	if err != nil {
		return t, err
	}
	defer gdb.close()
	theirs, err := gdb.ask(core, program)
	if err != nil {
		return t, err
	}
	taken, err := (&capture.Core{Name: core, Files: new(image.Cache)}).Take()
	if err != nil {
		return t, err
	}
	defer taken.Close()
	ours := theirs
	if *trapline != "" {
		ours, err = lookAt(s, "--core", core)
	}
	return compareThreads(theirs, ours, codeOfCore(taken)), err
}

// codeOfCore is codeOf for a core.
func codeOfCore(p *capture.Process) func(address) bool {
	return func(pc address) bool {
		i := slices.IndexFunc(p.Maps, func(m procfs.Mapping) bool { return m.Contains(abi.Addr(pc)) })
		if i < 0 || p.Maps[i].Perm&procfs.Executable == 0 {
			return false
		}
		var before [longestCall]byte
		_, err := p.Memory.ReadMem(before[:], abi.Addr(pc-longestCall))
		return err != nil || endsInCall(before[:])
	}
}
