package cli

import (
	"errors"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/script"
	"github.com/trapline/trapline/trace"
)

// scripting is what --script asks for.
type scripting struct {
	files   []string
	args    map[string]string
	timeout time.Duration
	kill    bool // what is traced, when there is an error
	loaded  []*script.Script
	remark  func(script.Remark) // nil until the trace begins
	late    []script.Remark     // that wait for what they are about
	failed  bool                // there was an error
}

func setScript(s *settings, g given) error {
	s.script.files = append(s.script.files, g.value)
	return nil
}

func setScriptArg(s *settings, g given) error {
	name, value, ok := strings.Cut(g.value, "=")
	if !ok || name == "" {
		return invalid(g)
	}
	if s.script.args == nil {
		s.script.args = map[string]string{}
	}
	s.script.args[name] = value
	return nil
}

func setScriptTimeout(s *settings, g given) error {
	d, err := time.ParseDuration(g.value)
	if err != nil || d <= 0 {
		return invalid(g)
	}
	s.script.timeout = d
	return nil
}

func setScriptError(s *settings, g given) error {
	if g.value != "detach" && g.value != "kill" {
		return invalid(g)
	}
	s.script.kill = g.value == "kill"
	return nil
}

// loadScripts reads the scripts, before anything is traced.
func (s *settings) loadScripts() error {
	c := &s.script
	for _, file := range c.files {
		if _, err := os.Stat(file); err != nil {
			return complaint("Can't fopen '%s': %s", file, reason(err))
		}
		loaded, err := script.Load(file, script.Options{
			Args: c.args, Timeout: c.timeout, Emit: c.emit,
			Log: func(text string) { s.warn("%s", text) },
		})
		if err != nil {
			return err
		}
		c.loaded = append(c.loaded, loaded)
	}
	return nil
}

// choices are the calls that scripts are about.
func (c *scripting) choices() (choices []filter.Choice) {
	for _, s := range c.loaded {
		choices = append(choices, s.Choices()...)
	}
	return choices
}

// emit takes what a script writes into the trace.
func (c *scripting) emit(r script.Remark) {
	if c.remark == nil || r.After {
		c.late = append(c.late, r)
		return
	}
	c.remark(r)
}

// remarks writes what scripts have said about the stop at hand.
func (r *run) remarks() {
	c := &r.s.script
	for _, remark := range c.late {
		c.remark(remark)
	}
	c.late = c.late[:0]
}

// remark writes what a script has said.
func (r *run) remark(m script.Remark) {
	if data, ok := r.observer.(recorded); ok {
		data.Remark(m.Text, m.Data)
		return
	}
	r.printer.Remark(m.Text)
}

// endScripts calls what scripts have for the end of a run, if that was not an error of one.
func (r *run) endScripts() {
	c := &r.s.script
	for _, s := range c.loaded {
		if c.failed {
			break
		}
		if err := s.End(); err != nil {
			c.failed = true
			r.s.warn("%s", err)
		}
	}
	r.remarks()
}

// guarded takes note of an error of a script, and kills what is traced if that is asked for.
func (r *run) guarded(h trace.Handler) trace.Handler {
	c := &r.s.script
	return trace.HandlerFunc(func(stop *trace.Stop) (trace.Action, error) {
		a, err := h.Handle(stop)
		if errors.As(err, new(*script.Error)) {
			c.failed = true
			if c.kill {
				killTasks(r.tracer)
			}
		}
		return a, err
	})
}

// killTasks kills all that is traced.
func killTasks(t *trace.Tracer) {
	for task := range t.Tasks {
		syscall.Kill(task.TGID(), syscall.SIGKILL)
	}
}
