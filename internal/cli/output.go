package cli

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/trapline/trapline/render/strace"
)

// An output is where the trace goes.
type output struct {
	file *os.File
	sink *strace.FileSink
	// messages is the sink for what is said about tracing.
	messages *strace.FileSink
	// reader is the command that the trace is piped to.
	reader *os.Process
}

// piped says whether -o names a command.
func (s *settings) piped() bool {
	return strings.HasPrefix(s.output, "|") || strings.HasPrefix(s.output, "!")
}

// openOutput opens what -o asks for and tells the renderer.
func (s *settings) openOutput() (*output, error) {
	o := &output{messages: strace.NewFileSink(os.Stderr, strace.Immediate)}
	s.render.Messages = o.messages
	if s.perTask() {
		s.render.Open = s.openTask
		return o, nil
	}
	if err := o.open(s); err != nil {
		return nil, err
	}
	s.render.Style.Color = s.colored(o.file)
	if !s.summaryOnly {
		s.render.Out = o.sink
	}
	return o, nil
}

func (o *output) open(s *settings) (err error) {
	switch {
	case !s.hasOutput:
		o.file, o.sink = os.Stderr, o.messages
		return nil
	case s.piped():
		o.file, o.reader, err = startReader(s.output[1:])
	default:
		o.file, err = openFile(s.output, s.appending)
	}
	if err != nil {
		return err
	}
	o.sink = s.newSink(o.file, s.output)
	return nil
}

// newSink makes a sink for f, which fails with a message and lets tracing go on.
func (s *settings) newSink(f *os.File, name string) *strace.FileSink {
	flushing := strace.Buffered
	if terminal(f) {
		flushing = strace.Immediate
	}
	sink := strace.NewFileSink(f, flushing)
	sink.OnError = func(err error) { s.unwritable(name, err) }
	return sink
}

// unwritable says that output is lost.
func (s *settings) unwritable(name string, err error) {
	s.lost = true
	if s.replaying {
		s.warn("%s: %s", name, reason(err))
		return
	}
	s.warn("%s: %s; the trace ends here, the program goes on", name, reason(err))
}

// prepare opens the file of a task that is going to be traced, so that a file that
// cannot be written is known before the task has run.
func (s *settings) prepare(tid int) (err error) {
	if s.perTask() {
		s.prepared[tid], err = s.openTask(tid)
	}
	return err
}

// openTask opens the file of one task for -ff.
func (s *settings) openTask(tid int) (strace.Sink, error) {
	if sink, ok := s.prepared[tid]; ok {
		delete(s.prepared, tid)
		return sink, nil
	}
	name := s.output + "." + strconv.Itoa(tid)
	f, err := openFile(name, s.appending)
	if err != nil {
		return nil, err
	}
	return s.newSink(f, name), nil
}

func openFile(name string, appending bool) (*os.File, error) {
	flags := os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	if appending {
		flags = os.O_WRONLY | os.O_CREATE | os.O_APPEND
	}
	f, err := os.OpenFile(name, flags, 0o666)
	if err != nil {
		return nil, complaint("Can't fopen '%s': %s", name, reason(err))
	}
	return f, nil
}

// startReader starts a command that reads what is written to the file.
func startReader(command string) (*os.File, *os.Process, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, nil, fmt.Errorf("pipe: %s", reason(err))
	}
	defer r.Close()
	p, err := os.StartProcess("/bin/sh", []string{"sh", "-c", command}, &os.ProcAttr{
		Files: []*os.File{r, os.Stdout, os.Stderr},
	})
	if err != nil {
		w.Close()
		return nil, nil, complaint("Can't run '%s': %s", command, reason(err))
	}
	return w, p, nil
}

// close writes what is left and waits for the command that reads it.
func (o *output) close() {
	if o.sink != nil {
		o.sink.Close()
	}
	o.messages.Close()
	if o.file != nil && o.file != os.Stderr {
		o.file.Close()
	}
	if o.reader != nil {
		o.reader.Wait()
	}
}

// colored says whether the trace is to be in color.
func (s *settings) colored(f *os.File) bool { return colored(s.color, f) }

// colored says whether what is written to f is to be in color: auto, always or never.
func colored(when string, f *os.File) bool {
	if when != "auto" {
		return when == "always"
	}
	_, plain := os.LookupEnv("NO_COLOR")
	term := os.Getenv("TERM")
	return !plain && term != "" && term != "dumb" && terminal(f)
}

func terminal(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}
