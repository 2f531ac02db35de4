package uapi

import "testing"

func TestErrnoText(t *testing.T) {
	for _, test := range []struct {
		errno int
		text  string
	}{
		{0, "Unknown error 0"},
		{1, "Operation not permitted"},
		{2, "No such file or directory"},
		{41, "Unknown error 41"},
		{110, "Connection timed out"},
		{133, "Memory page has hardware error"},
		{134, "Unknown error 134"},
		{512, "To be restarted if SA_RESTART is set"},
		{516, "Interrupted by signal"},
		{524, "Unknown error 524"},
		{-1, "Unknown error -1"},
	} {
		if got := ErrnoText(test.errno); got != test.text {
			t.Errorf("ErrnoText(%d) = %q, want %q", test.errno, got, test.text)
		}
	}
}

func TestRestarts(t *testing.T) {
	for errno := range 600 {
		want := errno >= 512 && errno <= 516 && errno != 515
		if Restarts(errno) != want {
			t.Errorf("Restarts(%d) = %v", errno, !want)
		}
	}
}

// Every error up to the last has a text where it has a name, and the reverse.
func TestErrnoTextsComplete(t *testing.T) {
	for n := range uint64(len(errnoTexts)) {
		name, named := Errnos.Find(n)
		if named != (errnoTexts[n] != "") {
			t.Errorf("error %d: name %q, text %q", n, name, errnoTexts[n])
		}
	}
}
