package page

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A document is a page while it is written.
type document struct{ bytes.Buffer }

// html writes what is markup already: constants, and what other methods return.
func (d *document) html(parts ...string) {
	for _, p := range parts {
		d.WriteString(p)
	}
}

// escaped is what ASCII is written as that means something in markup.
var escaped = [utf8.RuneSelf]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&#34;", '\'': "&#39;"}

// text writes a text. What would be invisible or turn the order of what is around it is
// shown by its number.
func (d *document) text(s string) {
	d.escape(s, `<span class="ctl">`, `</span>`)
}

// attribute returns the text for the value of an attribute, between quotes.
func attribute(s string) string {
	var d document
	d.escape(s, "", "")
	return d.String()
}

func (d *document) escape(s, before, after string) {
	written := 0
	for i, r := range s {
		var with string
		switch {
		case r < utf8.RuneSelf && escaped[r] != "":
			with = escaped[r]
		case hidden(r):
			with = before + fmt.Sprintf("U+%04X", r) + after
		case r == utf8.RuneError:
			_, size := utf8.DecodeRuneInString(s[i:])
			d.WriteString(s[written:i] + "\uFFFD")
			written = i + size
			continue
		default:
			continue
		}
		d.WriteString(s[written:i] + with)
		written = i + utf8.RuneLen(r)
	}
	d.WriteString(s[written:])
}

// hidden reports whether a character does not show, or changes how others do.
func hidden(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' && r != '\t' || r == 0x7f
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
}

// policy forbids all that the pages do not need, in case a text became markup after all.
const policy = "default-src 'none'; style-src 'self' file:; script-src 'self' file:; img-src data:; base-uri 'none'; form-action 'none'"

// begin writes the head of a page. pages is the way to the folder of pages.
func (d *document) begin(title, pages string) {
	d.html("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
		`<meta http-equiv="Content-Security-Policy" content="`, policy, "\">\n",
		`<meta name="viewport" content="width=device-width, initial-scale=1">`, "\n",
		`<meta name="color-scheme" content="light dark">`, "\n",
		`<meta name="generator" content="trapline cover">`, "\n<title>")
	d.html(attribute(title))
	d.html("</title>\n", `<link rel="icon" href="`, icon, "\">\n",
		`<link rel="stylesheet" href="`, pages, "style.css\">\n",
		`<script src="`, pages, "script.js\" defer></script>\n</head>\n<body>\n")
}

// icon is a picture of a bar, three quarters full.
const icon = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E" +
	"%3Crect width='16' height='16' rx='3' fill='%23cf222e'/%3E%3Cpath d='M3 0h9v16H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3' fill='%231a7f37'/%3E%3C/svg%3E"

func (d *document) end() []byte {
	d.html("</body>\n</html>\n")
	return d.Bytes()
}

// link writes a link. to is a page and perhaps a line of it.
func (d *document) link(to, text string) {
	d.html(`<a href="`, attribute(to), `">`)
	d.text(text)
	d.html("</a>")
}

// element writes an element with a text in it.
func (d *document) element(tag, text string) {
	name, _, _ := strings.Cut(tag, " ")
	d.html("<", tag, ">")
	d.text(text)
	d.html("</", name, ">")
}
