package stack

import "testing"

func TestPrintable(t *testing.T) {
	for name, want := range map[string]string{
		"operator\"\" _km(int)": "operator\"\" _km(int)",
		"größe":                 "größe",
		"a\x1b[31m\nb\"":        `a\x1b[31m\nb"`,
		"\xff\x00":              `\xff\x00`,
	} {
		if got := printable(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
