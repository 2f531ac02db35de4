package trial

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/trapline/trapline/render/strace"
)

// A transcript takes the text of one task, as far as it goes.
type transcript struct {
	of   *recorder
	text []byte
}

// Write implements strace.Sink.
func (t *transcript) Write(p []byte) {
	t.text = append(t.text, p...)
	t.of.touched = append(t.of.touched, t)
}

// finished takes the lines that are complete.
func (t *transcript) finished() []string {
	end := bytes.LastIndexByte(t.text, '\n')
	if end < 0 {
		return nil
	}
	lines := strings.Split(string(t.text[:end]), "\n")
	t.text = append(t.text[:0], t.text[end+1:]...)
	return lines
}

// open gives a task of the observer's its transcript.
func (r *recorder) open(tid int) (strace.Sink, error) {
	t := &transcript{of: r}
	r.texts[tid] = t
	return t, nil
}

// finished takes the lines that were completed in the stop at hand.
func (r *recorder) finished() (lines []string) {
	for _, t := range r.touched {
		lines = append(lines, t.finished()...)
	}
	r.touched = r.touched[:0]
	return lines
}

// prefix names the task of a line when there is more than one.
func (r *recorder) prefix(tid int) string {
	if tid == r.program && len(r.tasks) == 1 {
		return ""
	}
	return fmt.Sprintf("[pid %5d] ", tid)
}
