package trace

import (
	"os"
	"syscall"
)

// Options say what a Tracer follows and where it stops. The zero value traces
// nothing but signals and the end of one task.
type Options struct {
	// Syscalls stops every task at the entry and the exit of each system call.
	Syscalls bool
	// Follow traces the processes and threads that traced tasks make, and attaches
	// to all threads of a process.
	Follow bool
	// Exiting asks for Exiting events.
	Exiting bool
	// KillOnExit has the kernel kill every task when the tracer ends for any reason.
	KillOnExit bool
}

// A Command is a program to start under the tracer.
type Command struct {
	// Path is the file to execute. It is not searched for in PATH.
	Path string
	// Args is the argument vector, Args[0] included.
	Args []string
	// Env is the environment; nil means the tracer's own.
	Env []string
	// Dir is the working directory; empty means the tracer's own.
	Dir string
	// Stdin, Stdout and Stderr are the program's; nil means the tracer's own.
	Stdin, Stdout, Stderr *os.File
	// Credential changes user and groups before the program starts. Set-user-id
	// programs then gain nothing unless the tracer is privileged.
	Credential *syscall.Credential
}
