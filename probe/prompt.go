package probe

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/variable"
)

// A Prompt lets a user look around when a probe is hit: everything is stopped meanwhile. It reads
// commands on the tracer's thread, which has nothing else to do then.
type Prompt struct {
	In     *bufio.Reader
	Out    io.Writer
	Post   func(func()) // runs a function between two stops; see trace.Tracer.Post
	Quit   func()       // ends the run
	Limits variable.Limits

	run      *Run
	task     *trace.Task
	at       *breakpoint.Hit
	last     string // command, for an empty line
	goal     *goal
	asked    bool // it is about to talk, or to go on towards a goal
	stepping bool // a single instruction is being run

	target *target // where the task is let go on to; nil if it is not
}

// prompt is the text before a command.
const prompt = "(trapline) "

// open stops everything where a probe was hit, and talks once that is so.
func (p *Prompt) open(h *breakpoint.Hit) (trace.Mode, error) {
	if p.stepping && p.run.hit.Probe.Watch != nil && h.Task == p.task {
		p.goal.met = true // the step is told of, too
		return trace.Hold, nil
	}
	p.stepping = false
	if !p.asked {
		p.run.Set.Stop()
		p.task, p.asked = h.Task, true
		p.Post(p.talk)
	}
	return trace.Hold, nil
}

// talk reads commands until one lets the program go on.
func (p *Prompt) talk() {
	var err error
	if p.at, err = p.run.Set.Look(p.task); err != nil {
		p.leave()
		return
	}
	p.goal, p.target, p.asked, p.stepping = nil, nil, false, false
	p.say("%s\n%s", p.where(p.at), source(p.line()))
	for {
		fmt.Fprint(p.Out, prompt)
		line, err := p.In.ReadString('\n')
		if line = strings.TrimSpace(line); line == "" && err == nil {
			line = p.last
		}
		if line == "" && err != nil {
			p.say("\n")
			p.leave()
			return
		}
		p.last = line
		if goes := p.command(line); goes {
			return
		}
	}
}

// leave lets the program go on for good.
func (p *Prompt) leave() { p.Quit() }

// goOn lets everything go on.
func (p *Prompt) goOn() {
	if err := p.run.Set.Go(); err != nil {
		p.say("%s\n", err)
	}
}

func (p *Prompt) say(form string, args ...any) { fmt.Fprintf(p.Out, form, args...) }

// source is the text of a line, if its source can be read.
func source(at image.Place) string {
	f, err := os.Open(at.File)
	if err != nil || at.Line <= 0 {
		return ""
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		if n == at.Line {
			return fmt.Sprintf("%d\t%s\n", n, lines.Text())
		}
	}
	return ""
}

// where is the line a task is at.
func (p *Prompt) where(h *breakpoint.Hit) string {
	at := lineOf(h)
	if at == (image.Place{}) {
		return fmt.Sprintf("%d %s", h.Task.TID(), h.Addr)
	}
	text := fmt.Sprintf("%d %s", h.Task.TID(), at.Function)
	if at.File != "" {
		text += fmt.Sprintf(" at %s:%d", at.File, at.Line)
	}
	return text
}
