package trial

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
)

// Where ptrace is not permitted the error says what to do; other errors stay as they are.
func TestExplain(t *testing.T) {
	refused := fmt.Errorf("ptrace: seize 12: %w", syscall.EPERM)
	if err := explain(refused); !errors.Is(err, ErrForbidden) || !errors.Is(err, syscall.EPERM) || !strings.Contains(err.Error(), "--cap-add=SYS_PTRACE") {
		t.Errorf("%v", err)
	}
	if err := explain(syscall.ENOMEM); err != error(syscall.ENOMEM) {
		t.Errorf("%v", err)
	}
}
