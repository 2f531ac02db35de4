package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestManuals(t *testing.T) {
	for name, want := range Manuals() {
		got, err := os.ReadFile(filepath.Join("../../docs/man", name))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, string(got)); d != "" {
			t.Errorf("docs/man/%s is old; run go run ./internal/gen/man docs/man (-want +got):\n%s", name, d)
		}
	}
}
