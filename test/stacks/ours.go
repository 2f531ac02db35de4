package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strconv"
)

// look returns what trapline stack says of a process's threads.
func look(ctx context.Context, pid int, options ...string) ([]thread, error) {
	args := append(append([]string{"stack"}, options...), "--json", strconv.Itoa(pid))
	var complaint bytes.Buffer
	cmd := exec.CommandContext(ctx, *trapline, args...)
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("trapline stack: %w\n%s", err, complaint.Bytes())
	}
	threads, err := parse(out)
	if err != nil {
		return nil, fmt.Errorf("trapline stack: %w", err)
	}
	return threads, nil
}
