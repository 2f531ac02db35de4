package script_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/trapline/trapline/script"
)

var example = regexp.MustCompile("(?ms)^```python\n(.*?)^```$")

// examples are those of docs/SCRIPTS.md.
func examples(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../docs/SCRIPTS.md")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, match := range example.FindAllStringSubmatch(string(text), -1) {
		found = append(found, match[1])
	}
	return found
}

// The examples do what is said of them.
func TestExamples(t *testing.T) {
	input, other := file(t, "input", "one"), file(t, "other", "two")
	trials := []struct {
		words         string
		program, said string // what the program and the script say; empty: not looked at
	}{
		{words: "open /dev/null write hello", program: "open 0\nhello\nwrite 6, text kept\n"},
		{words: "write hello read " + input, program: "olleh\ntpek txet ,6 etirw\nowt :3 daer\n"},
		{words: "fork fork fork fork", said: ""},
		{words: "fork write hello", said: `{"bytes":6,"pid":N}|{"bytes":49,"pid":N}`},
	}
	all := examples(t)
	if len(all) != len(trials) {
		t.Fatalf("docs/SCRIPTS.md has %d examples, %d are tried", len(all), len(trials))
	}
	for i, text := range all {
		o := script.Options{Args: map[string]string{"from": input, "to": other}}
		tr := runWith(t, nil, trials[i].words, o, text)
		if tr.err != nil {
			t.Errorf("example %d: %v", i+1, tr.err)
		}
		if want := trials[i].program; want != "" && tr.program != want {
			t.Errorf("example %d: the program says %q, want %q", i+1, tr.program, want)
		}
		said := regexp.MustCompile(`"pid":\d+`).ReplaceAllString(strings.Join(tr.said, "|"), `"pid":N`)
		if want := trials[i].said; said != want {
			t.Errorf("example %d: the script says %q, want %q", i+1, said, want)
		}
	}
}
