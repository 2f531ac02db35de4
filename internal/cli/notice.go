package cli

import (
	"os"
	"sync"
	"time"
)

// noticeDelay is how long work may take before a notice says what is done.
const noticeDelay = time.Second / 2

// notice says on a terminal what is done when that takes a while, until done is called.
func notice(w *os.File, text string) (done func()) {
	if !terminal(w) {
		return func() {}
	}
	var mu sync.Mutex
	shown, over := false, false
	timer := time.AfterFunc(noticeDelay, func() {
		mu.Lock()
		defer mu.Unlock()
		if !over {
			w.WriteString(text)
			shown = true
		}
	})
	return func() {
		timer.Stop()
		mu.Lock()
		defer mu.Unlock()
		if over = true; shown {
			w.WriteString("\r\x1b[K")
		}
	}
}
