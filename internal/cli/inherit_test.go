package cli

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestIgnoredSignals needs a binary as users build it: a test's has no symbols.
func TestIgnoredSignals(t *testing.T) {
	trapline := filepath.Join(t.TempDir(), "trapline")
	build := exec.Command("go", "build", "-o", trapline, "github.com/trapline/trapline/cmd/trapline")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	const ask = "trap '' HUP QUIT PIPE USR1 TERM; exec "
	const show = "sed -n /SigIgn/p /proc/self/status"
	want := said(t, "sh", "-c", ask+show)
	for _, option := range []string{"-o/dev/null", "-D -o /dev/null"} {
		if got := said(t, "sh", "-c", ask+trapline+" trace "+option+" "+show); got != want {
			t.Errorf("%s: %s, want %s", option, got, want)
		}
	}
}

func said(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Fatalf("%s %q: %v", name, args, err)
	}
	return strings.TrimSpace(string(out))
}

func BenchmarkKeepIgnored(b *testing.B) {
	for b.Loop() {
		keepIgnored()
	}
}
