package cli

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// A progress shows on a terminal how far something has come that takes a while.
type progress struct {
	w     *os.File // nil: it is no terminal
	begun time.Time
	last  time.Time // that it was shown
	shown bool
}

// progressDelay is how long nothing is shown.
const progressDelay = time.Second

// progressPause is how long it stays as it is.
const progressPause = 100 * time.Millisecond

func newProgress(w *os.File) *progress {
	p := &progress{begun: time.Now()}
	if terminal(w) {
		p.w = w
	}
	return p
}

// show shows that so much of all is done, ten times a second at most.
func (p *progress) show(done, all int) {
	const width = 40
	now := time.Now()
	if p.w == nil || now.Sub(p.begun) < progressDelay || now.Sub(p.last) < progressPause {
		return
	}
	p.shown, p.last = true, now
	full := width * done / all
	fmt.Fprintf(p.w, "\r[%s%s] %d of %d", strings.Repeat("#", full), strings.Repeat(".", width-full), done, all)
}

// clear takes it away.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
