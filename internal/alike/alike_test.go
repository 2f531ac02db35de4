package alike

import "testing"

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"open", "open", 0}, {"opn", "open", 1},
		{"opne", "open", 1}, {"xpen", "open", 1}, {"read", "write", 4},
	} {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("%s to %s: %d", tt.a, tt.b, got)
		}
	}
}

func TestHint(t *testing.T) {
	if got := Hint(nil) + Hint(To("raed", []string{"open", "read", "read2"})); got != " (did you mean read?)" {
		t.Errorf("%q", got)
	}
}
