package capture

import (
	"github.com/trapline/trapline/internal/ptrace"
)

// A Session takes the same process again and again. In between the process is nobody's
// tracee: its signals and its new threads cost it nothing. The memory for the copies is
// used again, so what was taken holds until the next Take.
type Session struct {
	PID     int
	Options Options
	arena   []byte
	last    int // how many bytes were copied the last time
}

// Take takes the process as it is now.
func (s *Session) Take() (*Process, error) {
	f := &freeze{session: s, options: s.Options, process: &Process{PID: s.PID}}
	if f.options.Deadline == 0 {
		f.options.Deadline = DefaultDeadline
	}
	err := f.prepare()
	if err == nil {
		err = f.onThread()
	}
	if err != nil {
		f.process.Close()
		return nil, explain(f.process.PID, err)
	}
	return f.process, nil
}

// onThread runs the freeze on a thread of its own, whose end takes the last tracees from
// us: those that have not stopped cannot be let go otherwise.
// Nobody needs the SIGCHLD of each stop, which would interrupt the thread's naps.
func (f *freeze) onThread() (err error) {
	if ptrace.SetNoCldStop(true) == nil {
		defer ptrace.SetNoCldStop(false)
	}
	thread := ptrace.StartThread()
	thread.Do(func() { err = f.run() })
	thread.End(f.held())
	return err
}

const (
	pageSize   = 4096
	firstGuess = 16 << 10 // of what a thread's stack takes
)

// room is memory for the copies that the kernel need not find while a process is frozen.
func (s *Session) room(threads int) []byte {
	if n := max(threads*firstGuess, s.last); cap(s.arena) < n {
		s.arena = make([]byte, n)
		for i := 0; i < n; i += pageSize {
			s.arena[i] = 1
		}
	}
	return s.arena[:0]
}
