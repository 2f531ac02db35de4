package capture

import (
	"testing"

	"github.com/trapline/trapline/procfs"
)

// A process that has got the id of the one before is not taken for that.
func TestIDIsAnothers(t *testing.T) {
	var s Session
	for started, want := range map[uint64]bool{17: true, 18: false} {
		s.started = 17
		if got := s.sees(&procfs.StatFields{StartTime: started}); got != want {
			t.Errorf("a process of %d: %v, want %v", started, got, want)
		}
	}
}
