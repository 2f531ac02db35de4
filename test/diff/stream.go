package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A run is what one tracer said about one command: a stream of lines for each task, in the order of
// the tasks' ids, and how it ended.
type run struct {
	streams [][]string
	end     string
}

// readStreams reads the output file, or with -ff the files, that a tracer wrote.
func readStreams(out string, c *command) ([][]string, error) {
	files, _ := filepath.Glob(out + ".*")
	if _, err := os.Stat(out); err == nil {
		files = append(files, out)
	}
	slices.SortFunc(files, func(a, b string) int { return fileID(a) - fileID(b) })
	var streams [][]string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
		streams = append(streams, byTask(lines)...)
	}
	if c.marked {
		var err error
		if streams, err = afterMarker(streams); err != nil {
			return nil, err
		}
	}
	for i := range streams {
		for j, line := range streams[i] {
			streams[i][j] = c.steady(line)
		}
		steadyFrames(streams[i])
		if c.summary {
			slices.SortStableFunc(streams[i], func(a, b string) int { return strings.Compare(lastWord(a), lastWord(b)) })
		}
	}
	return streams, nil
}

func fileID(name string) int {
	id, _ := strconv.Atoi(strings.TrimPrefix(filepath.Ext(name), "."))
	return id
}

func lastWord(line string) string { return line[strings.LastIndexByte(line, ' ')+1:] }

var (
	taskPrefix = regexp.MustCompile(`^(\d+) +(.*)$`)
	resumed    = regexp.MustCompile(`^TASK .*?<\.\.\. \w+ resumed>(.*)$`)
)

const unfinished = " <unfinished ...>"

// byTask splits lines that begin with a task's id into a stream for each, because tasks interleave
// differently each time. A call that another task's line broke in two is put together again; since
// that may happen to any, the spaces before the results are then the same everywhere.
func byTask(lines []string) [][]string {
	streams := map[int][]string{}
	var ids []int
	id := 0
	for _, line := range lines {
		if !isFrame(line) {
			id = 0
		}
		if m := taskPrefix.FindStringSubmatch(line); m != nil {
			id, _ = strconv.Atoi(m[1])
			line = "TASK " + m[2]
		}
		if _, known := streams[id]; !known {
			ids = append(ids, id)
		}
		streams[id] = join(streams[id], line)
	}
	slices.Sort(ids)
	var all [][]string
	for _, id := range ids {
		if len(ids) > 1 {
			unpad(streams[id])
		}
		all = append(all, streams[id])
	}
	return all
}

// join appends a line to its task's stream, or to the unfinished call that it ends.
func join(stream []string, line string) []string {
	end := resumed.FindStringSubmatch(line)
	last := len(stream) - 1
	if end == nil || last < 0 || !strings.HasSuffix(stream[last], unfinished) {
		return append(stream, line)
	}
	stream[last] = strings.TrimSuffix(stream[last], unfinished) + end[1]
	return stream
}

func unpad(lines []string) {
	for i, line := range lines {
		lines[i] = padding.ReplaceAllString(line, ") = ")
	}
}

var padding = regexp.MustCompile(`\) += `)

// pair orders the streams of a run to go with those of the reference: each takes the one it has
// most lines in common with, since tasks are not always made in the same order.
func pair(reference, streams [][]string) [][]string {
	paired := make([][]string, len(reference))
	used := make([]bool, len(streams))
	for i, want := range reference {
		best, score := none, none
		for j, s := range streams {
			if used[j] {
				continue
			}
			if n := likeness(want, s); n > score {
				best, score = j, n
			}
		}
		if best != none {
			used[best] = true
			paired[i] = streams[best]
		}
	}
	for j, s := range streams {
		if !used[j] {
			paired = append(paired, s)
		}
	}
	return paired
}

// likeness counts the lines that two streams share, less those that one has too many.
func likeness(a, b []string) int {
	count := map[string]int{}
	for _, line := range a {
		count[line]++
	}
	shared := 0
	for _, line := range b {
		if count[line] > 0 {
			count[line]--
			shared++
		}
	}
	return 4*shared - abs(len(a)-len(b)) + len(a) + len(b)
}

func abs(n int) int { return max(n, -n) }
