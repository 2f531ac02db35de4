package trace_test

import (
	"context"
	"fmt"
	"log"
	"syscall"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/trace"
)

// Print the files a program opens and whether it could.
func Example() {
	const openat = 257 // on amd64

	tracer := trace.New(trace.Options{Syscalls: true, Follow: true})
	if _, err := tracer.Start(&trace.Command{
		Path: "/bin/cat",
		Args: []string{"cat", "/nonexistent"},
	}); err != nil {
		log.Fatal(err)
	}
	err := tracer.Run(context.Background(), trace.HandlerFunc(func(s *trace.Stop) (trace.Action, error) {
		e, ok := s.Event.(*trace.SyscallExit)
		if !ok || e.Call.NR != openat {
			return trace.Action{}, nil
		}
		path, _, err := mem.ReadString(s.Task, nil, abi.Addr(e.Call.Args[1]), 4096)
		if err == nil && e.Result.Failed && string(path) == "/nonexistent" {
			fmt.Printf("%s: %v\n", path, syscall.Errno(e.Result.Errno()))
		}
		return trace.Action{}, nil
	}))
	if err != nil {
		log.Fatal(err)
	}
	// Output: /nonexistent: no such file or directory
}

// Make a program believe that its parent is process 1.
func ExampleAction() {
	const getppid = 110 // on amd64

	tracer := trace.New(trace.Options{Syscalls: true})
	if _, err := tracer.Start(&trace.Command{
		Path: "/bin/sh",
		Args: []string{"sh", "-c", "test $PPID = 1"},
	}); err != nil {
		log.Fatal(err)
	}
	err := tracer.Run(context.Background(), trace.HandlerFunc(func(s *trace.Stop) (trace.Action, error) {
		switch e := s.Event.(type) {
		case *trace.SyscallExit:
			if e.Call.NR == getppid {
				return trace.Action{Result: &abi.Result{Value: 1}}, nil
			}
		case *trace.Exited:
			fmt.Println("test exited with", e.Code)
		}
		return trace.Action{}, nil
	}))
	if err != nil {
		log.Fatal(err)
	}
	// Output: test exited with 0
}
