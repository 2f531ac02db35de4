package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// recording makes the tracer write what the text is rebuilt from.
const recording = "--output-format=json"

// unrecorded are the options that JSON or the format command does not have.
var unrecorded = []string{"-ff", "-c", "-C", "-w", "-E", "-P", "read=", "write="}

// recordable reports whether a command's trace can be recorded and shown with the same options.
func (c *command) recordable() bool {
	return !slices.ContainsFunc(c.options, func(o string) bool {
		return slices.ContainsFunc(unrecorded, func(no string) bool { return strings.HasPrefix(o, no) })
	})
}

// rebuild replaces what a tracer has recorded by the text that the format command makes of it, with
// the options of the run.
func (b *bench) rebuild(t tracer, c *command) error {
	if !slices.Contains(t, recording) {
		return nil
	}
	text, record := filepath.Join(b.out, "trace"), filepath.Join(b.out, "record")
	if err := os.Rename(text, record); err != nil {
		return err
	}
	args := append(slices.Concat([]string{"format"}, c.options), "-o", text, record)
	if said, err := exec.Command(t[0], args...).CombinedOutput(); err != nil {
		return fmt.Errorf("format: %w\n%s", err, said)
	}
	return nil
}
