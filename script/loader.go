package script

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"go.starlark.net/starlark"
)

// A loader executes the script and what it loads: files of its directory and those below,
// each of them once.
type loader struct {
	script  *Script
	root    *os.Root
	names   starlark.StringDict
	modules map[string]*module
}

// A module is a file that has been executed, or is being.
type module struct {
	globals starlark.StringDict
	err     error
	done    bool
}

// maxFile is how large a file of a script may be.
const maxFile = 4 << 20

// execute executes a file, whose name is relative to the script's directory.
func (l *loader) execute(name string) (starlark.StringDict, error) {
	if m := l.modules[name]; m != nil {
		if !m.done {
			return nil, errors.New("files load each other")
		}
		return m.globals, m.err
	}
	m := &module{}
	l.modules[name] = m
	m.globals, m.err = l.read(name)
	m.done = true
	return m.globals, m.err
}

func (l *loader) read(name string) (starlark.StringDict, error) {
	text, err := l.text(name)
	if err != nil {
		return nil, fmt.Errorf("script: %w", err)
	}
	if l.names == nil {
		l.names = l.script.predeclared()
	}
	path := filepath.Join(filepath.Dir(l.script.name), name)
	var globals starlark.StringDict
	err = l.script.limited(func(t *starlark.Thread, _ *clock) (err error) {
		t.Load = func(_ *starlark.Thread, name string) (starlark.StringDict, error) {
			return l.execute(filepath.Clean(name))
		}
		globals, err = starlark.ExecFileOptions(dialect, t, path, text, l.names)
		return err
	})
	return globals, locate(err, "")
}

func (l *loader) text(name string) ([]byte, error) {
	f, err := l.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("%s is larger than %d bytes", name, maxFile)
	}
	return text, err
}
