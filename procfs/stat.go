package procfs

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// StatFields are fields of /proc/pid/stat, in its order.
type StatFields struct {
	PID       int
	Comm      string
	State     byte // as ps shows it: R, S, D, T, t, Z, X
	PPID      int
	PGRP      int
	Session   int
	Flags     uint64 // what the task is, of those below
	Threads   int
	StartTime uint64 // in clock ticks since boot
	Processor int    // the CPU it ran on last
}

// The flags of StatFields.Flags that tell tasks without code in user space, PF_ of <linux/sched.h>.
const (
	exiting      = 0x4      // it has ended, or is about to and gives up its memory
	ioWorker     = 0x10     // a thread of a process that works for io_uring
	worker       = 0x4000   // a thread of a process that never leaves the kernel; ioWorkers are
	KernelThread = 0x200000 // of no process
)

// Works says whether the task is a thread of a process that works for it in the kernel and has no
// code in user space. To stop it breaks off its work, and the program hears of EINTR.
func (s *StatFields) Works() bool { return s.Flags&(ioWorker|worker) != 0 }

// Exiting says whether the task is on its way out or has ended. What the kernel shows of its memory
// belongs to root then.
func (s *StatFields) Exiting() bool { return s.Flags&exiting != 0 }

var errNoComm = errors.New("no command in parentheses")

// Stat reads /proc/pid/stat. Given a process it counts all its threads; other
// fields are its leader's.
func Stat(tid int) (*StatFields, error) {
	raw, err := read(tid, "stat")
	if err != nil {
		return nil, err
	}
	return ParseStat(raw)
}

// TaskStat is Stat of one thread. For Stat the kernel adds up what all threads of the process
// have used, so that to ask it for each of them takes a time that is the square of their number.
func TaskStat(tid int) (*StatFields, error) {
	raw, err := read(tid, "task/"+strconv.Itoa(tid)+"/stat")
	if err != nil {
		return nil, err
	}
	return ParseStat(raw)
}

// ParseStat parses /proc/pid/stat.
func ParseStat(raw []byte) (*StatFields, error) {
	head, comm, tail, ok := splitStat(raw)
	if !ok {
		return nil, fmt.Errorf("procfs: stat: %w", errNoComm)
	}
	id := fields{rest: head}
	s := &StatFields{PID: id.integer(), Comm: string(comm)}
	f := fields{rest: bytes.TrimLeft(tail, blanks), err: id.err}
	s.State = firstByte(f.word())
	s.PPID = f.integer()
	s.PGRP = f.integer()
	s.Session = f.integer()
	f.skip(2) // tty_nr, tpgid
	s.Flags = f.number(f.word(), 10)
	f.skip(10) // minflt to nice
	s.Threads = f.integer()
	f.skip(1) // itrealvalue
	s.StartTime = f.number(f.word(), 10)
	f.skip(16) // vsize to exit_signal
	s.Processor = f.integer()
	return s, f.failed("stat")
}

// splitStat cuts "pid (comm) rest". The command may itself hold parentheses and
// spaces; nothing behind it does.
func splitStat(raw []byte) (head, comm, tail []byte, ok bool) {
	raw = bytes.TrimSuffix(raw, []byte("\n"))
	open, end := bytes.IndexByte(raw, '('), bytes.LastIndexByte(raw, ')')
	if open < 0 || end < open {
		return nil, nil, nil, false
	}
	return raw[:open], raw[open+1 : end], raw[end+1:], true
}

func firstByte(word []byte) byte {
	if len(word) == 0 {
		return 0
	}
	return word[0]
}
