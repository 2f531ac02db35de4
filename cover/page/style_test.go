package page

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// colors reads the colors of the style sheet, light ones or dark ones.
func colors(t *testing.T, dark bool) map[string]string {
	t.Helper()
	light, rest, ok := strings.Cut(string(style), "@media (prefers-color-scheme: dark)")
	if !ok {
		t.Fatal("there are no dark colors")
	}
	text := light
	if dark {
		text, _, _ = strings.Cut(rest, "}\n}")
	}
	all := map[string]string{}
	for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6})`).FindAllStringSubmatch(text, -1) {
		all[m[1]] = m[2]
	}
	return all
}

// luminance is WCAG's relative luminance.
func luminance(color string) float64 {
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, _ := strconv.ParseUint(color[2*i:2*i+2], 16, 8)
		v := float64(n) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}

func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// All text can be read on all that it may stand on, by WCAG's AA.
func TestContrast(t *testing.T) {
	const enough = 4.5
	code := "text comment keyword type function string number directive"
	pairs := []struct{ texts, grounds string }{
		{code + " quiet", "bg run unrun part omitted"},
		{code, "mark"},
		{"text", "run-gutter unrun-gutter part-gutter note"},
		{"text quiet link low medium high", "bg panel"},
		{"link", "note"},
	}
	for _, dark := range []bool{false, true} {
		of := colors(t, dark)
		for _, p := range pairs {
			for text := range strings.FieldsSeq(p.texts) {
				for ground := range strings.FieldsSeq(p.grounds) {
					if of[text] == "" || of[ground] == "" {
						t.Fatalf("no color %s or %s", text, ground)
					}
					if c := contrast(of[text], of[ground]); c < enough {
						t.Errorf("dark %v: %s on %s: %.2f", dark, text, ground, c)
					}
				}
			}
		}
	}
	if c := contrast("000000", "ffffff"); math.Abs(c-21) > 0.01 {
		t.Errorf("black on white: %.2f", c)
	}
}
