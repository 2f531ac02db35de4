package cover

import (
	"bufio"
	"io"
	"strings"
	"unicode"
)

// An xmlWriter writes elements. Its first error stays until end.
type xmlWriter struct {
	b    *bufio.Writer
	open []string
}

// newXML begins a document. doctype may be empty.
func newXML(w io.Writer, doctype string) *xmlWriter {
	x := &xmlWriter{b: bufio.NewWriter(w)}
	x.b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + doctype)
	return x
}

// begin opens an element; attributes are names and values in turn.
func (x *xmlWriter) begin(name string, attributes ...string) {
	x.tag(name, attributes, ">\n")
	x.open = append(x.open, name)
}

// empty writes an element that has nothing in it.
func (x *xmlWriter) empty(name string, attributes ...string) { x.tag(name, attributes, "/>\n") }

func (x *xmlWriter) tag(name string, attributes []string, end string) {
	x.b.WriteString(strings.Repeat("  ", len(x.open)) + "<" + name)
	for i := 0; i+1 < len(attributes); i += 2 {
		x.b.WriteString(" " + attributes[i] + `="`)
		xmlEscapes.WriteString(x.b, characters(attributes[i+1]))
		x.b.WriteByte('"')
	}
	x.b.WriteString(end)
}

// text writes an element with text in it.
func (x *xmlWriter) text(name, text string) {
	x.tag(name, nil, ">")
	xmlEscapes.WriteString(x.b, characters(text))
	x.b.WriteString("</" + name + ">\n")
}

// end closes n elements.
func (x *xmlWriter) end(n int) error {
	for range n {
		last := len(x.open) - 1
		x.b.WriteString(strings.Repeat("  ", last) + "</" + x.open[last] + ">\n")
		x.open = x.open[:last]
	}
	if len(x.open) == 0 {
		return x.b.Flush()
	}
	return nil
}

var xmlEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;", "\t", "&#9;", "\n", "&#10;", "\r", "&#13;")

// characters puts others in the place of those that XML has not.
func characters(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}
