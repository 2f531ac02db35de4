package cli

import (
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAttachFailed(t *testing.T) {
	want := []string{"attach: ptrace(PTRACE_SEIZE, 7): No such process"}
	if d := cmp.Diff(want, attachFailed(7, syscall.ESRCH)); d != "" {
		t.Error(d)
	}
	self := os.Getpid()
	lines := attachFailed(self, &os.SyscallError{Syscall: "ptrace", Err: syscall.EPERM})
	if len(lines) != 2 || !strings.HasSuffix(lines[0], "Operation not permitted") || !strings.HasSuffix(lines[1], "is this tracer itself") {
		t.Errorf("%q", lines)
	}
}

func TestReason(t *testing.T) {
	_, err := os.Open("/no/such/file")
	for _, tt := range []struct {
		err  error
		want string
	}{
		{err, "No such file or directory"},
		{syscall.EPERM, "Operation not permitted"},
		{os.ErrPermission, "Permission denied"},
		{os.ErrClosed, "file already closed"},
	} {
		if got := reason(tt.err); got != tt.want {
			t.Errorf("%v: %s", tt.err, got)
		}
	}
}
