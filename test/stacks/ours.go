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
	return lookAt(ctx, append(options, strconv.Itoa(pid))...)
}

// lookAt returns what trapline stack says with these arguments.
func lookAt(ctx context.Context, args ...string) ([]thread, error) {
	var complaint bytes.Buffer
	cmd := exec.CommandContext(ctx, *trapline, append([]string{"stack", "--json"}, args...)...)
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
