package strace

import (
	"errors"
	"io"
	"os"
	"sync"
	"syscall"
	"time"
)

// A Sink takes finished text. It keeps nothing of p. A failing destination is the
// sink's own affair: tracing goes on without output.
type Sink interface{ Write(p []byte) }

// A Finisher is a Sink that wants to know when nothing more will come.
type Finisher interface{ Finish() }

// Flushing says when a FileSink's text reaches the file.
type Flushing uint8

const (
	// Immediate writes at once: for a terminal, and for a stream the program shares.
	Immediate Flushing = iota
	// Buffered writes in the background, soon.
	Buffered
)

const (
	sinkBuffer  = 64 << 10               // a full buffer is written at once
	sinkDelay   = 20 * time.Millisecond  // and any other after this time
	sinkPatient = 5 * time.Second        // how long a non-blocking destination may be full
	sinkRetry   = 500 * time.Microsecond // how often that is looked at
)

// A FileSink is a Sink that writes to a file. It is safe for concurrent use.
type FileSink struct {
	// OnError, when set before the first Write, is called once with the first error of
	// the destination; all text from then on is dropped.
	OnError func(error)

	mu     sync.Mutex // guards all below, and the order of writes
	w      io.Writer
	buf    []byte
	timer  *time.Timer // nil for Immediate
	failed bool
}

// NewFileSink makes a sink that writes to f, which the caller closes after Close.
func NewFileSink(f *os.File, flushing Flushing) *FileSink { return newSink(f, flushing) }

func newSink(w io.Writer, flushing Flushing) *FileSink {
	s := &FileSink{w: w}
	if flushing == Buffered {
		s.timer = time.AfterFunc(sinkDelay, s.Flush)
	}
	return s
}

// Write implements Sink.
func (s *FileSink) Write(p []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.timer == nil || len(p) > sinkBuffer {
		s.flush()
		s.write(p)
		return
	}
	if len(s.buf)+len(p) > sinkBuffer {
		s.flush()
	}
	if len(s.buf) == 0 {
		s.timer.Reset(sinkDelay)
	}
	s.buf = append(s.buf, p...)
}

// Flush writes what is buffered.
func (s *FileSink) Flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flush()
}

// Close writes what is buffered and stops the background. It does not close the file.
func (s *FileSink) Close() {
	s.Flush()
	if s.timer != nil {
		s.timer.Stop()
	}
}

// Finish closes the sink and the file too.
func (s *FileSink) Finish() {
	s.Close()
	if c, ok := s.w.(io.Closer); ok {
		c.Close()
	}
}

func (s *FileSink) flush() {
	if len(s.buf) > 0 {
		s.write(s.buf)
		s.buf = s.buf[:0]
	}
}

// write gives p to the destination. One that the program has made non-blocking is
// waited for, but not for ever.
func (s *FileSink) write(p []byte) {
	var patience time.Duration
	for len(p) > 0 && !s.failed {
		n, err := s.w.Write(p)
		p = p[max(n, 0):]
		switch {
		case err == nil:
		case errors.Is(err, syscall.EAGAIN) && patience < sinkPatient:
			time.Sleep(sinkRetry)
			patience += sinkRetry
		default:
			s.fail(err)
		}
	}
}

func (s *FileSink) fail(err error) {
	s.failed = true
	if s.OnError != nil {
		s.OnError(err)
	}
}
