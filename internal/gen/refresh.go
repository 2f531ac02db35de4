package main

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/trapline/trapline/abi"
)

// refresh writes the values files of the named descriptions, or of all, and then
// the system call numbers and the layout of structures too, from the kernel headers under dir.
func refresh(root, dir string, names []string) error {
	h, err := openHeaders(dir)
	if err != nil {
		return err
	}
	defer os.RemoveAll(h.scratch)
	all, err := descriptions(root, names)
	if err != nil {
		return err
	}
	files := map[string][]byte{}
	if len(names) == 0 || slices.Contains(names, layoutFile) {
		if files[layoutGolden], err = h.layouts(root); err != nil {
			return err
		}
	}
	for _, d := range all {
		l, err := h.constants(d)
		if err != nil {
			return err
		}
		files["uapi/"+d.name+".values"] = l.format("Constants of Linux " + h.version + ", written by internal/gen -headers.")
	}
	if len(names) == 0 {
		l, err := h.numbers()
		if err != nil {
			return err
		}
		files["syscalls/numbers.txt"] = l.format("System call numbers of Linux " + h.version + ", written by internal/gen -headers.")
	}
	return write(root, files)
}

// constants evaluates what a description names.
func (h *headers) constants(d *description) (*list, error) {
	l := &list{}
	var errs []error
	for _, g := range d.groups {
		errs = append(errs, h.checkIncludes(d, g), h.group(d, g, l))
	}
	return l, errors.Join(errs...)
}

func (h *headers) checkIncludes(d *description, g *group) error {
	var errs []error
	for _, inc := range g.includes {
		if !h.has(inc.header) {
			errs = append(errs, d.errorf(inc.line, "there is no header %s", inc.header))
		}
	}
	return errors.Join(errs...)
}

// group evaluates the constants of one group into l.
func (h *headers) group(d *description, g *group, l *list) error {
	found := make([]values, len(g.consts))
	for i, a := range abi.All {
		numbers, err := h.evaluate(a, g)
		if err != nil {
			return fmt.Errorf("%s: %w", d.path, err)
		}
		for j, n := range numbers {
			found[j][i] = n
		}
	}
	var errs []error
	for j, c := range g.consts {
		if found[j].nowhere() {
			errs = append(errs, d.errorf(c.line, "no header it includes defines %s", c.name))
		}
		if old, ok := l.values[c.name]; ok && old != found[j] {
			errs = append(errs, d.errorf(c.line, "%s is %s here and %s further up", c.name, found[j], old))
		}
		l.set(c.name, found[j])
	}
	return errors.Join(errs...)
}
