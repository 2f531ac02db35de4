package image

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ulikunitz/xz"
)

func TestUnXZ(t *testing.T) {
	for _, args := range [][]string{{"-9"}, {"--block-size=5000"}, {"--check=none"}, {"--check=sha256", "-T2"}} {
		path := filepath.Join(t.TempDir(), "text")
		want := []byte(strings.Repeat("some text, some more\n", 2000))
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
		packed := run(t, "xz", append(args, "--stdout", path)...)
		if got, err := unxz([]byte(packed)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%v: %d bytes, want %d; %v", args, len(got), len(want), err)
		}
	}
}

// Data that would fill the memory is refused before it does.
func TestUnXZLimits(t *testing.T) {
	var bomb bytes.Buffer
	w, err := xz.NewWriter(&bomb)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(make([]byte, 32<<20))
	w.Close()
	if _, err := unxz(bomb.Bytes()); err == nil {
		t.Errorf("%d bytes may grow to 32 MiB", bomb.Len())
	}
	window := bytes.Clone(bomb.Bytes())
	if at := bytes.Index(window, []byte{0x21, 1}); at > 0 {
		window[at+2] = 40
	}
	if _, err := unxz(window); err == nil || !strings.Contains(err.Error(), "window") {
		t.Errorf("a window of 4 GiB: %v", err)
	}
}

func FuzzUnXZ(f *testing.F) {
	var text bytes.Buffer
	w, err := xz.NewWriter(&text)
	if err != nil {
		f.Fatal(err)
	}
	w.Write([]byte(strings.Repeat("text ", 100)))
	w.Close()
	f.Add(text.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		if out, _ := unxz(data); len(out) > len(data)*maxExpansion+minExpanded+1 {
			t.Errorf("%d bytes grew to %d", len(data), len(out))
		}
	})
}

func FuzzDemangle(f *testing.F) {
	f.Add("_ZN2ns3Foo3barIiEEvT_S1_")
	f.Add("_RNvCs1234_7mycrate3foo")
	f.Add("_ZN4core3fmt5write17h0123456789abcdefE")
	f.Fuzz(func(t *testing.T, symbol string) {
		if name := Demangle(symbol); len(name) > max(len(symbol), 1<<maxDemangled+len(pltSuffix)) {
			t.Errorf("%d bytes became %d", len(symbol), len(name))
		}
	})
}
