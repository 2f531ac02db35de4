package page

import "testing"

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"a < b && c > 'd' \"e\"\t": "a &lt; b &amp;&amp; c &gt; &#39;d&#39; &#34;e&#34;\t",
		"é ü 漢":                    "é ü 漢",
		"\x00\x1b[31m\x7f":         `<span class="ctl">U+0000</span><span class="ctl">U+001B</span>[31m<span class="ctl">U+007F</span>`,
		"a\u202eb\u2066\u200f\ufeff": `a<span class="ctl">U+202E</span>b<span class="ctl">U+2066</span><span class="ctl">U+200F</span>` +
			`<span class="ctl">U+FEFF</span>`,
		"\u0085\u2028":      `<span class="ctl">U+0085</span><span class="ctl">U+2028</span>`,
		"a\xffb\xc3":        "a\uFFFDb\uFFFD",
		"\uFFFD\U000E0001x": "\uFFFD" + `<span class="ctl">U+E0001</span>x`,
		"":                  "",
	} {
		var d document
		d.text(text)
		if d.String() != want {
			t.Errorf("%q is written as %s, want %s", text, d.String(), want)
		}
	}
	if got := attribute("\"<\u202e"); got != "&#34;&lt;U+202E" {
		t.Errorf("attribute: %s", got)
	}
}
