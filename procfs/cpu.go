package procfs

import (
	"bytes"
	"fmt"
)

// CPU returns the CPU that a thread runs on or ran on last.
func CPU(tid int) (int, error) {
	f, err := OpenStat(tid)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return f.CPU()
}

// A StatFile is /proc/tid/stat held open: asking allocates nothing.
type StatFile struct {
	held
	buf [1024]byte // longer than the longest line
}

// OpenStat opens /proc/tid/stat.
func OpenStat(tid int) (*StatFile, error) {
	h, err := hold(file(tid, "stat"))
	if err != nil {
		return nil, err
	}
	return &StatFile{held: h}, nil
}

// CPU returns the CPU that the thread runs on or ran on last. Once the thread is
// gone the error is ESRCH.
func (f *StatFile) CPU() (int, error) {
	raw, err := f.read(f.buf[:])
	if err != nil {
		return 0, err
	}
	return parseProcessor(raw)
}

// parseProcessor takes one field from /proc/pid/stat.
func parseProcessor(raw []byte) (int, error) {
	_, _, tail, ok := splitStat(raw)
	if !ok {
		return 0, fmt.Errorf("procfs: stat: %w", errNoComm)
	}
	f := fields{rest: bytes.TrimLeft(tail, blanks)}
	f.skip(36) // state to exit_signal
	cpu := f.integer()
	return cpu, f.failed("stat")
}
