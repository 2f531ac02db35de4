package trace

import (
	"testing"
	"time"
)

// However long nobody answers, there is a pause between two signals.
func TestPauses(t *testing.T) {
	pause := 100 * time.Microsecond
	for range 1000 {
		next := longer(pause)
		if next < pause || next > time.Second {
			t.Fatalf("after %v comes %v", pause, next)
		}
		pause = next
	}
}
