package capture

import (
	"errors"
	"time"

	"github.com/trapline/trapline/internal/ptrace"
	"github.com/trapline/trapline/procfs"
)

// A Session takes the same process again and again. In between the process is nobody's
// tracee: its signals and its new threads cost it nothing. The memory for the copies is
// used again, so what was taken holds until the next Take.
type Session struct {
	PID     int
	Options Options
	started uint64        // when the process was, in clock ticks since boot; zero before the first Take
	givenUp map[int]error // threads that did not stop the last time, and what was said of them
	arena   []byte
	last    int // how many bytes were copied the last time
}

// Take takes the process as it is now.
func (s *Session) Take() (*Process, error) {
	o := s.Options
	if o.Deadline == 0 {
		o.Deadline = DefaultDeadline
	}
	said := refusal{}
	for begun := time.Now(); ; time.Sleep(retry) {
		f := &freeze{session: s, options: o, process: &Process{PID: s.PID}}
		err := f.take()
		if err == nil {
			return f.process, nil
		}
		f.process.Close()
		if said.again(err) || time.Since(begun) > o.Deadline {
			return nil, explain(f.process.PID, err)
		}
	}
}

const (
	retry    = time.Millisecond // how long a process that has refused is left alone
	believed = 3                // refusals in a row, for the same reason, are
)

// A refusal counts errors that are the same. One alone may be a moment of an execve: then a
// process looks as if it had ended, or as if another had the right to it.
type refusal struct {
	text  string
	times int
}

// again says whether an error has to be believed.
func (r *refusal) again(err error) bool {
	if text := err.Error(); text != r.text {
		*r = refusal{text: text}
	}
	r.times++
	return r.times >= believed && !errors.Is(err, errMoved)
}

// sees says whether a process is the one that was taken before: its id may be another's now.
func (s *Session) sees(leader *procfs.StatFields) bool {
	if s.started == 0 {
		s.started = leader.StartTime
	}
	return s.started == leader.StartTime
}

// onThread runs the freeze on a thread of its own, whose end takes the last tracees from
// us: those that have not stopped cannot be let go otherwise.
// Nobody needs the SIGCHLD of each stop, which would interrupt the thread's naps.
func (f *freeze) onThread() error {
	thread, done := ptrace.StartThread(), make(chan struct{})
	go func() {
		defer close(done)
		if ptrace.SetNoCldStop(true) == nil {
			defer ptrace.SetNoCldStop(false)
		}
		thread.Do(func() { f.err = f.run() })
		thread.End(f.held())
	}()
	return f.attend(done)
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
