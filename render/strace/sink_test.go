package strace

import (
	"errors"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// destination is a file that can be full or out of order.
type destination struct {
	mu     sync.Mutex
	text   strings.Builder
	writes int
	fail   []error // of the next writes, in order
	wrote  chan struct{}
}

func (d *destination) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.writes++
	if len(d.fail) > 0 {
		err := d.fail[0]
		d.fail = d.fail[1:]
		return 0, err
	}
	d.text.Write(p)
	if d.wrote != nil {
		d.wrote <- struct{}{}
	}
	return len(p), nil
}

func TestImmediateSink(t *testing.T) {
	var d destination
	s := newSink(&d, Immediate)
	s.Write([]byte("read("))
	s.Write([]byte(") = 0\n"))
	if d.text.String() != "read() = 0\n" || d.writes != 2 {
		t.Errorf("%q in %d writes", d.text.String(), d.writes)
	}
}

func TestBufferedSinkWritesInTheBackground(t *testing.T) {
	d := destination{wrote: make(chan struct{}, 1)}
	s := newSink(&d, Buffered)
	s.Write([]byte("read("))
	<-d.wrote
	s.Close()
	if d.text.String() != "read(" {
		t.Errorf("%q", d.text.String())
	}
}

func TestBufferedSinkKeepsTheOrder(t *testing.T) {
	var d destination
	s := newSink(&d, Buffered)
	var want strings.Builder
	for _, n := range []int{1, sinkBuffer - 1, 10, sinkBuffer + 1, 5, sinkBuffer} {
		text := strings.Repeat(string(rune('a'+n%7)), n)
		s.Write([]byte(text))
		want.WriteString(text)
	}
	s.Close()
	if d.text.String() != want.String() {
		t.Error("text is lost or out of order")
	}
}

func TestSinkReportsOneError(t *testing.T) {
	d := destination{fail: []error{syscall.ENOSPC}}
	s := newSink(&d, Immediate)
	var got []error
	s.OnError = func(err error) { got = append(got, err) }
	for range 3 {
		s.Write([]byte("x"))
	}
	if len(got) != 1 || !errors.Is(got[0], syscall.ENOSPC) || d.writes != 1 {
		t.Errorf("errors %v in %d writes", got, d.writes)
	}
}

func TestSinkWaitsForANonBlockingDestination(t *testing.T) {
	d := destination{fail: []error{syscall.EAGAIN, syscall.EAGAIN}}
	s := newSink(&d, Immediate)
	s.OnError = func(err error) { t.Error(err) }
	s.Write([]byte("x"))
	if d.text.String() != "x" {
		t.Errorf("%q", d.text.String())
	}
}

func TestSinkFinishClosesTheFile(t *testing.T) {
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	s := NewFileSink(f, Buffered)
	s.Write([]byte("x"))
	s.Finish()
	if _, err := f.Write(nil); !errors.Is(err, os.ErrClosed) {
		t.Errorf("write to a finished file: %v", err)
	}
	if text, _ := os.ReadFile(f.Name()); string(text) != "x" {
		t.Errorf("%q", text)
	}
}
