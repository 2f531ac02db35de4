package main

// A difference is a place where the two tracers disagree; one side is empty when a line is missing.
type difference struct{ want, got string }

// racyThreshold is what is asked of commands for which strace does not agree with itself.
const racyThreshold = 0.99

// sievedThreshold is that with -sieve: who wins a race may well depend on how fast programs run.
const sievedThreshold = 0.95

// A result is what came out of one command.
type result struct {
	command     *command
	equal, all  int
	noise       int
	differences []difference
	err         error
}

func (r *result) fraction() float64 {
	if r.all == 0 {
		return 0
	}
	return float64(r.equal) / float64(r.all)
}

// right reports whether enough lines are equal.
func (r *result) right(threshold float64) bool {
	if r.command.racy {
		threshold = min(threshold, racyThreshold)
		if *sieve {
			threshold = min(threshold, sievedThreshold)
		}
	}
	return r.err == nil && r.fraction() >= threshold
}

// compare holds a run against runs of the reference.
func compare(c *command, references []run, got run) *result {
	r := &result{command: c}
	first := references[0]
	for _, other := range references[1:] {
		if other.end != first.end {
			first.end = got.end // the command itself does not always end the same way
		}
	}
	r.line(first.end, got.end)
	streams := pair(first.streams, got.streams)
	for i, stream := range streams {
		if i >= len(first.streams) {
			for _, line := range stream {
				r.differ("", line)
			}
			continue
		}
		templates := learn(first.streams[i], others(references, i))
		r.stream(templates, stream)
	}
	return r
}

// others returns the streams of the other runs of the reference that go with its first run's i-th.
func others(references []run, i int) [][]string {
	var streams [][]string
	for _, other := range references[1:] {
		if paired := pair(references[0].streams, other.streams); i < len(paired) {
			streams = append(streams, paired[i])
		}
	}
	return streams
}

// learn makes the templates of a stream from what differs in the other runs of the reference.
func learn(stream []string, others [][]string) []*template {
	templates := make([]*template, len(stream))
	for i, line := range stream {
		templates[i] = newTemplate(line)
	}
	for _, other := range others {
		for i, j := range align(stream, other) {
			if j == none {
				templates[i].noise = true
			} else {
				templates[i].learn(other[j])
			}
		}
	}
	if len(templates) > 0 && subject(stream[0]) == "execve" {
		templates[0].ownAddresses()
	}
	return templates
}

// stream compares one task's lines with its templates.
func (r *result) stream(templates []*template, got []string) {
	want := make([]string, len(templates))
	spare := 0
	for i, t := range templates {
		want[i] = t.line
		if t.noise {
			spare++
		}
	}
	r.noise += spare
	taken := make([]bool, len(got))
	for i, j := range align(want, got) {
		if j != none {
			taken[j] = true
		}
		r.template(templates[i], got, j)
	}
	for j, line := range got {
		switch {
		case taken[j]:
		case spare > 0: // in the place of a line that the reference does not always have
			spare--
		default:
			r.differ("", line)
		}
	}
}

func (r *result) template(t *template, got []string, j int) {
	switch {
	case t.noise:
	case j == none:
		r.differ(t.String(), "")
	case t.matches(got[j]):
		r.equal++
		r.all++
	default:
		r.differ(t.String(), got[j])
	}
}

func (r *result) line(want, got string) {
	if want != got {
		r.differ(want, got)
		return
	}
	r.equal++
	r.all++
}

func (r *result) differ(want, got string) {
	r.all++
	r.differences = append(r.differences, difference{want, got})
}
