package cli

import (
	"strings"
	"testing"
)

func TestTips(t *testing.T) {
	compact := "Tip 3: " + tips[3].text + "\n"
	full := compact + "    trapline trace " + tips[3].example + "\n"
	for value, want := range map[string]string{
		"3":                      compact,
		"id:3":                   compact,
		"id:3,full":              full,
		"format:full,3":          full,
		"full,3,compact":         compact,
		"3,none":                 "",
		"3,format:none,compact":  compact,
		"id:random,id:3,compact": compact,
	} {
		s := parsed(t, "--tips="+value, "ls")
		var b strings.Builder
		s.tips.tell(&b)
		if b.String() != want {
			t.Errorf("--tips=%s: %q, want %q", value, b.String(), want)
		}
	}
}

func TestTipOfAnyID(t *testing.T) {
	for _, value := range []string{"", "random", "99999", "2147483647"} {
		var b strings.Builder
		s := parsed(t, "--tips="+value, "ls")
		s.tips.tell(&b)
		if !strings.HasPrefix(b.String(), "Tip ") {
			t.Errorf("--tips=%s: %q", value, b.String())
		}
	}
	var b strings.Builder
	(&telling{}).tell(&b)
	if b.Len() != 0 {
		t.Errorf("not asked for: %q", b.String())
	}
}

// TestTipsAreCommandLines finds examples that the trace command does not take.
func TestTipsAreCommandLines(t *testing.T) {
	for _, tip := range tips {
		err := newSettings("trapline").parse(shellWords(tip.example))
		if err != nil && err != errVersion {
			t.Errorf("trapline trace %s: %v", tip.example, err)
		}
	}
}

// shellWords splits a command line whose arguments may have single quotes.
func shellWords(line string) (words []string) {
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			words[len(words)-1] += part
			continue
		}
		words = append(words, strings.Fields(part)...)
		if strings.HasSuffix(part, " ") {
			words = append(words, "")
		}
	}
	var kept []string
	for _, w := range words {
		if w != "" {
			kept = append(kept, w)
		}
	}
	return kept
}
