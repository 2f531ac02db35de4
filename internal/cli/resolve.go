package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
)

// A resolving is what the resolve command is asked.
type resolving struct {
	json    bool
	noCache bool // nothing is kept for the next time
	files   image.Cache
}

func newResolve() *cobra.Command {
	var r resolving
	cmd := &cobra.Command{
		Use:                   "resolve [OPTIONS] FILE|PID WHAT...",
		DisableFlagsInUseLine: true,
		Short:                 "Say where code is: addresses, functions and lines",
		Long:                  resolveAbout + resolveOptions,
		Example:               resolveExamples,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 {
				return complaint("a file or process and what to find in it are missing; trapline help resolve says more")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.run(cmd.OutOrStdout(), args[0], args[1:])
		},
		ValidArgsFunction: completeProgram,
	}
	cmd.Flags().BoolVar(&r.json, "json", false, "as data")
	cmd.Flags().BoolVar(&r.noCache, "no-cache", false, "keep nothing")
	return cmd
}

const resolveAbout = "Finds code in an executable, a library or a running process. WHAT is one of\n" +
	"  0xADDRESS   the function and line there, after the calls that are inlined there\n" +
	"  NAME        where functions of that name begin, all their inlined calls and copies included:\n" +
	"              name, class::name, name(int), package.name or FILE:name; * stands for anything\n" +
	"  FILE:LINE   where the code of the line begins, once in each function that has some; the end of\n" +
	"              a path is enough\n" +
	"Addresses are those of the file, or those of the process where a PID is given.\n\n" +
	"The exit status is 1 if a name or a line was not found.\n\n"

const resolveOptions = "Options:\n" +
	"  --json       as data, one line for each address\n" +
	"  --no-cache   neither use nor keep decompressed debug information in $XDG_CACHE_HOME/trapline"

const resolveExamples = "  trapline resolve ./server 0x401136 0x4011a0\n" +
	"  trapline resolve ./server parse 'cache::*' main.c:42\n" +
	"  trapline resolve 4711 malloc"

// completeProgram completes the first argument, with processes and files.
func completeProgram(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	processes, _ := completeProcesses(cmd, args, typed)
	return processes, cobra.ShellCompDirectiveDefault
}

// A finding is an address that was asked for or found.
type finding struct {
	What     string        `json:"what"`
	Address  string        `json:"address"`
	Module   string        `json:"module,omitempty"`
	Function string        `json:"-"` // the one that was looked for
	Places   []image.Place `json:"-"`
	Shown    []placeInfo   `json:"places"`
}

// A placeInfo is a place as data.
type placeInfo struct {
	Function string `json:"function,omitempty"`
	Offset   uint64 `json:"offset"`
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`
	Column   int    `json:"column,omitempty"`
	Inlined  bool   `json:"inlined,omitempty"`
}

func (r *resolving) run(w io.Writer, where string, whats []string) error {
	if !r.noCache {
		r.files.Store = openStore()
		defer r.files.Store.Save()
	}
	in, err := openProgram(&r.files, where)
	if err != nil {
		return err
	}
	var problems []error
	for _, what := range whats {
		found, err := in.find(what)
		if len(found) == 0 && err == nil {
			err = fmt.Errorf("%s: there is no %s", where, what)
		}
		if err != nil {
			problems = append(problems, err)
		}
		for i := range found {
			r.show(w, &found[i])
		}
	}
	return errors.Join(problems...)
}

// show writes a finding, as addr2line does with -a, -p, -f and -i.
func (r *resolving) show(w io.Writer, f *finding) {
	places := f.Places
	for len(places) > 1 && f.Function != "" && places[0].Function != f.Function {
		places = places[1:]
	}
	if r.json {
		for _, p := range places {
			f.Shown = append(f.Shown, placeInfo{p.Function, p.Offset, p.File, p.Line, p.Column, p.Inlined})
		}
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.Encode(f)
		return
	}
	fmt.Fprintf(w, "%s: %s", f.Address, placeText(places))
	if f.Module != "" {
		fmt.Fprintf(w, " in %s", f.Module)
	}
	fmt.Fprintln(w)
	for i := 1; i < len(places); i++ {
		fmt.Fprintf(w, " (inlined by) %s\n", placeText(places[i:]))
	}
}

// placeText is the first of the places as text.
func placeText(places []image.Place) string {
	if len(places) == 0 {
		return "??"
	}
	p := places[0]
	text := "??"
	if p.Function != "" {
		text = p.Function
		if p.Offset > 0 {
			text += fmt.Sprintf("+%#x", p.Offset)
		}
	}
	if p.File != "" {
		text += fmt.Sprintf(" at %s:%d", p.File, p.Line)
		if p.Column > 0 {
			text += fmt.Sprintf(":%d", p.Column)
		}
	}
	return text
}

// A code is what is looked in: a file, or those of a process.
type code struct {
	files []loadedFile
	space *image.Space // of a process
}

// A loadedFile is a file and what is added to its addresses.
type loadedFile struct {
	*image.File
	bias   uint64
	module string // of a process: which of its files
}

// openProgram opens the file, or the process of that number.
func openProgram(files *image.Cache, where string) (*code, error) {
	pid, err := strconv.Atoi(where)
	if _, missing := os.Stat(where); err != nil || missing == nil {
		f, err := files.Open(where)
		if err != nil {
			return nil, err
		}
		return &code{files: []loadedFile{{File: f}}}, nil
	}
	space, err := files.Load(pid)
	if err != nil {
		return nil, fmt.Errorf("process %d: %w", pid, err)
	}
	c, seen := &code{space: space}, map[string]bool{}
	for _, m := range space.Modules() {
		if f, err := m.File(); err == nil && !seen[m.Path] {
			seen[m.Path] = true
			c.files = append(c.files, loadedFile{f, m.Bias(), m.Path})
		}
	}
	return c, nil
}

// find returns what is found for one WHAT.
func (c *code) find(what string) ([]finding, error) {
	if addr, err := strconv.ParseUint(what, 0, 64); err == nil {
		return []finding{c.address(what, addr)}, nil
	}
	look := func(f *image.File) ([]image.Location, error) { return f.FindFunction(what) }
	if file, text, ok := cutLast(what, ":"); ok {
		if line, err := strconv.Atoi(text); err == nil {
			look = func(f *image.File) ([]image.Location, error) { return f.FindLine(file, line) }
		}
	}
	var found []finding
	var problem error
	for _, f := range c.files {
		locations, err := look(f.File)
		if err != nil {
			problem = err
		}
		for _, l := range locations {
			found = append(found, finding{
				What: what, Address: fmt.Sprintf("%#x", l.Addr+f.bias), Module: f.module,
				Function: l.Function, Places: l.Places,
			})
		}
	}
	if len(found) > 0 || c.space != nil {
		problem = nil
	}
	return found, problem
}

// address is the finding for an address.
func (c *code) address(what string, addr uint64) finding {
	f := finding{What: what, Address: fmt.Sprintf("%#x", addr)}
	if c.space == nil {
		f.Places = c.files[0].Places(nil, addr)
	} else if m := c.space.At(abi.Addr(addr)); m != nil {
		f.Places, f.Module = m.Places(nil, abi.Addr(addr)), m.Path
	}
	return f
}

// cutLast is strings.Cut around the last separator.
func cutLast(s, separator string) (before, after string, found bool) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(separator):], true
}
