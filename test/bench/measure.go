package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"time"
)

// A sample is one run of a tracer: how long it took, how long it and the program computed, and how
// much memory it came to hold.
type sample struct {
	wall time.Duration
	cpu  time.Duration
	peak int // kB
}

// measure runs a command once. The memory is the tracer's own: what wait4 reports would have the
// tracee's in it.
func measure(dir string, argv []string) (sample, error) {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = dir
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return sample{}, err
	}
	done, peak := make(chan struct{}), make(chan int)
	go func() { peak <- watch(cmd.Process.Pid, done) }()
	err := cmd.Wait()
	wall := time.Since(begin)
	close(done)
	s := sample{wall, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), <-peak}
	if err != nil {
		return s, fmt.Errorf("%v: %w\n%s", argv, err, complaint.Bytes())
	}
	return s, nil
}

// watch reads a process's peak memory now and then until it is done. The kernel keeps the peak, so
// that only growth in the last moment is missed.
func watch(pid int, done <-chan struct{}) (peak int) {
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return peak
		case <-tick.C:
			peak = max(peak, highWater(pid))
		}
	}
}

func highWater(pid int) int {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := bytes.Cut(status, []byte("VmHWM:"))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kB, _ := strconv.Atoi(string(fields[0]))
	return kB
}

// quartiles returns the first, second and third quartile.
func quartiles(values []float64) (q1, median, q3 float64) {
	sorted := slices.Sorted(slices.Values(values))
	at := func(part float64) float64 {
		place := part * float64(len(sorted)-1)
		low := int(place)
		high := min(low+1, len(sorted)-1)
		return sorted[low] + (place-float64(low))*(sorted[high]-sorted[low])
	}
	return at(0.25), at(0.5), at(0.75)
}
