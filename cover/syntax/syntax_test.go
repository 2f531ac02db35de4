package syntax

import (
	"strings"
	"testing"
)

// marks are how tests write kinds: the pieces of a line between them.
const marks = " ktfsncd"

// marked is a line with its pieces in brackets, text without.
func marked(tokens []Token) string {
	var b strings.Builder
	for _, t := range tokens {
		if t.Kind == Text {
			b.WriteString(t.Text)
		} else {
			b.WriteString(marks[t.Kind:t.Kind+1] + "⟨" + t.Text + "⟩")
		}
	}
	return b.String()
}

func TestLines(t *testing.T) {
	for name, test := range map[string]struct{ source, want string }{
		"a.c": {
			"#include <stdio.h>\n  # define X \"a\\\"b\" // y\nint main(void) { return 0x1F + 'a' + '\\''; }\n/* one\n * two */ char c = '\"';\n" +
				"// goes \\\non\nx = \"no end\ny = 1.5e-3 + 1'000;\nif (a) f (b);",
			"d⟨#include⟩ s⟨<stdio.h>⟩\n  d⟨# define⟩ X s⟨\"a\\\"b\"⟩ c⟨// y⟩\nt⟨int⟩ f⟨main⟩(t⟨void⟩) { k⟨return⟩ n⟨0x1F⟩ + s⟨'a'⟩ + s⟨'\\''⟩; }\n" +
				"c⟨/* one⟩\nc⟨ * two */⟩ t⟨char⟩ c = s⟨'\"'⟩;\nc⟨// goes \\⟩\nc⟨on⟩\nx = s⟨\"no end⟩\ny = n⟨1.5e-3⟩ + n⟨1'000⟩;\nk⟨if⟩ (a) f⟨f⟩ (b);",
		},
		"a.CC": {
			"auto s = u8R\"x(a\n\"b\" )\" // )x\")x\" ;\nclass A : public B {};\nfooR\"x\" R\"no end",
			"k⟨auto⟩ s = s⟨u8R\"x(a⟩\ns⟨\"b\" )\" // )x\"⟩)xs⟨\" ;⟩\nk⟨class⟩ A : k⟨public⟩ B {};\nfooRs⟨\"x\"⟩ Rs⟨\"no end⟩",
		},
		"a.go": {
			"func f() string { return `a\n\\` + \"\\n\" /* /* */ }\nx := '\\'' + 0b1_0\ny.z(1 .. 2) // \\\nvar x",
			"k⟨func⟩ f⟨f⟩() t⟨string⟩ { k⟨return⟩ s⟨`a⟩\ns⟨\\`⟩ + s⟨\"\\n\"⟩ c⟨/* /* */⟩ }\nx := s⟨'\\''⟩ + n⟨0b1_0⟩\ny.f⟨z⟩(n⟨1⟩ .. n⟨2⟩) c⟨// \\⟩\nk⟨var⟩ x",
		},
		"a.rs": {
			"/* a /* b */ c\n*/ fn f<'a>(x: &'a str) -> char { 'a' }\nlet s = r#\"a\"b\"# + br\"\\\" + \"two\nlines\" ; println!(\"é\", 'é', '\\u{1}');\nfor i in 0..10 {}",
			"c⟨/* a /* b */ c⟩\nc⟨*/⟩ k⟨fn⟩ f<t⟨'a⟩>(x: &t⟨'a⟩ t⟨str⟩) -> t⟨char⟩ { s⟨'a'⟩ }\nk⟨let⟩ s = s⟨r#\"a\"b\"#⟩ + s⟨br\"\\\"⟩ + s⟨\"two⟩\n" +
				"s⟨lines\"⟩ ; f⟨println⟩!(s⟨\"é\"⟩, s⟨'é'⟩, s⟨'\\u{1}'⟩);\nk⟨for⟩ i k⟨in⟩ n⟨0⟩..n⟨10⟩ {}",
		},
		"README": {"if \"x\"\n", "if \"x\"\n"},
	} {
		l := New(name)
		var got []string
		for line := range strings.SplitSeq(test.source, "\n") {
			got = append(got, marked(l.Line(line)))
		}
		if text := strings.Join(got, "\n"); text != test.want {
			t.Errorf("%s:\n%s\nwant:\n%s", name, text, test.want)
		}
	}
}

// The pieces of a line are the line, whatever it is.
func FuzzLine(f *testing.F) {
	f.Add("a.rs", "'\n/*\"r#\"\n'a")
	f.Add("a.cc", "R\"(\n#include <\n1e+\\\n\"\\")
	f.Fuzz(func(t *testing.T, name, source string) {
		l := New(name)
		for line := range strings.SplitSeq(source, "\n") {
			whole := ""
			for _, piece := range l.Line(line) {
				whole += piece.Text
				if piece.Text == "" {
					t.Error("an empty piece")
				}
			}
			if whole != line {
				t.Fatalf("%q became %q", line, whole)
			}
		}
	})
}
