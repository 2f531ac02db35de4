// Package script runs programs in Starlark that look at system calls, signals and processes
// of a traced program and change what calls do. docs/SCRIPTS.md says how they are written.
//
// A script is executed once, before anything is traced, and registers functions. A Script is
// an edit.Changer that calls them. They run on the tracer's thread while the task that they
// are about is stopped, with a limit of steps and of time; an error in one ends the run.
package script

import (
	"os"
	"path/filepath"
	"time"

	"go.starlark.net/lib/json"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/trace"
)

// Options say what a script may do.
type Options struct {
	// Args are what the script sees as args.
	Args map[string]string
	// Timeout is how long a function may take; zero stands for a second.
	Timeout time.Duration
	// Log is told what print and log say.
	Log func(text string)
	// Emit is told what emit and emit_json say.
	Emit func(r Remark)
}

// A Remark is a line that a script adds to the trace: a text or, if Data is true, an object
// in JSON. If After is true it belongs behind what the trace says of the stop at hand.
type Remark struct {
	Text        string
	Data, After bool
}

// A Script is a program in Starlark that has been read.
type Script struct {
	o         Options
	name      string
	registry  registry
	loader    loader
	tasks     map[*trace.Task]*task
	processes map[int]*process
}

// Load reads a script and executes it, so that it registers its functions.
func Load(file string, o Options) (*Script, error) {
	if o.Timeout == 0 {
		o.Timeout = time.Second
	}
	root, err := os.OpenRoot(filepath.Dir(file))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	s := &Script{o: o, name: file, tasks: map[*trace.Task]*task{}, processes: map[int]*process{}}
	s.loader = loader{script: s, root: root, modules: map[string]*module{}}
	s.registry.open = true
	_, err = s.loader.execute(filepath.Base(file))
	s.registry.open = false
	s.loader.root = nil
	return s, err
}

// dialect is what of Starlark scripts may use.
var dialect = &syntax.FileOptions{Set: true, While: true, TopLevelControl: true, GlobalReassign: true}

// predeclared are the names that scripts know.
func (s *Script) predeclared() starlark.StringDict {
	args := starlark.NewDict(len(s.o.Args))
	for name, value := range s.o.Args {
		args.SetKey(starlark.String(name), starlark.String(value))
	}
	names := starlark.StringDict{
		"args":  args,
		"state": newState(),
		"const": &constants{known: map[string]starlark.Value{}},
		"json":  json.Module,
	}
	for name, f := range s.builtins() {
		names[name] = starlark.NewBuiltin(name, f)
	}
	return names
}

// Choices are the calls that the script is about.
func (s *Script) Choices() []filter.Choice {
	var choices []filter.Choice
	for _, list := range [][]onCall{s.registry.enter, s.registry.exit} {
		for _, on := range list {
			choices = append(choices, filter.Choice{Calls: []*filter.Calls{on.calls}})
		}
	}
	return choices
}

// Wants implements edit.Changer.
func (s *Script) Wants(_ *trace.Task, c abi.Call) bool {
	return has(s.registry.enter, c) || has(s.registry.exit, c)
}

func has(list []onCall, c abi.Call) bool {
	for i := range list {
		if list[i].calls.HasCall(c) {
			return true
		}
	}
	return false
}
