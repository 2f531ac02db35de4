package trial

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"time"
)

// MaxOutput is how many bytes are kept of what a program writes.
const MaxOutput = 16 << 20

// pipes are a program's standard input, output and error.
type pipes struct {
	stdin          end
	stdout, stderr output
}

// An end is the program's end of a pipe, and ours.
type end struct{ theirs, ours *os.File }

// An output is a pipe that is read in the background.
type output struct {
	end
	text bytes.Buffer
	done chan struct{}
}

func openPipes(stdin string) (p *pipes, err error) {
	p = &pipes{}
	defer func() {
		if err != nil {
			p.close()
			err = fmt.Errorf("trial: %w", err)
		}
	}()
	if err := p.openInput(stdin); err != nil {
		return p, err
	}
	if err := p.stdout.open(); err != nil {
		return p, err
	}
	return p, p.stderr.open()
}

func (p *pipes) openInput(text string) (err error) {
	if text == "" {
		p.stdin.theirs, err = os.Open(os.DevNull)
		return err
	}
	if p.stdin.theirs, p.stdin.ours, err = os.Pipe(); err != nil {
		return err
	}
	go func(w *os.File) {
		io.WriteString(w, text) // that the program does not want it all is its affair
		w.Close()
	}(p.stdin.ours)
	return nil
}

func (o *output) open() (err error) {
	o.done = make(chan struct{})
	if o.ours, o.theirs, err = os.Pipe(); err != nil {
		close(o.done)
		return err
	}
	go func() {
		defer close(o.done)
		io.CopyN(&o.text, o.ours, MaxOutput)
		io.Copy(io.Discard, o.ours)
	}()
	return nil
}

// started closes the program's ends.
func (p *pipes) started() {
	for _, f := range []*os.File{p.stdin.theirs, p.stdout.theirs, p.stderr.theirs} {
		f.Close()
	}
}

// collect returns what was written. A process that nobody traces could keep a pipe open for
// ever, and is not waited for.
func (p *pipes) collect() (stdout, stderr string) {
	const patience = time.Second
	return p.stdout.collect(patience), p.stderr.collect(patience)
}

func (o *output) collect(patience time.Duration) string {
	o.ours.SetReadDeadline(time.Now().Add(patience))
	<-o.done
	return o.text.String()
}

func (p *pipes) close() {
	for _, e := range []end{p.stdin, p.stdout.end, p.stderr.end} {
		if e.theirs != nil {
			e.theirs.Close()
		}
		if e.ours != nil {
			e.ours.Close()
		}
	}
}
