package procfs

import (
	"bytes"

	"github.com/trapline/trapline/abi"
)

// SyscallFields are what /proc/pid/syscall tells about a task that does not run.
type SyscallFields struct {
	Running bool // the kernel could not tell; everything else is zero
	NR      int  // the system call it is in, -1 for none
	Args    [abi.MaxArgs]uint64
	SP, PC  abi.Addr
}

// Syscall reads /proc/pid/syscall. It takes the right to trace the task.
func Syscall(tid int) (*SyscallFields, error) {
	raw, err := read(tid, "syscall")
	if err != nil {
		return nil, err
	}
	return ParseSyscall(raw)
}

// ParseSyscall parses /proc/pid/syscall.
func ParseSyscall(raw []byte) (*SyscallFields, error) {
	raw = bytes.TrimSuffix(raw, []byte("\n"))
	if string(raw) == "running" {
		return &SyscallFields{Running: true}, nil
	}
	f := fields{rest: raw}
	s := &SyscallFields{NR: f.integer()}
	if s.NR >= 0 {
		for i := range s.Args {
			s.Args[i] = f.number(f.word(), 0)
		}
	}
	s.SP = abi.Addr(f.number(f.word(), 0))
	s.PC = abi.Addr(f.number(f.word(), 0))
	return s, f.failed("syscall")
}
