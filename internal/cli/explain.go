package cli

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/trapline/trapline/abi"
)

// explain writes all that is known of each call.
func explain(w io.Writer, calls []*callInfo) error {
	b := bufio.NewWriter(w)
	for i, c := range calls {
		if i > 0 {
			fmt.Fprintln(b)
		}
		c.explain(b)
	}
	return b.Flush()
}

func (c *callInfo) explain(w io.Writer) {
	fmt.Fprintln(w, c.signature())
	fmt.Fprint(w, "  number ")
	for _, a := range abi.All {
		if nr, ok := c.Numbers[a.Name]; ok {
			fmt.Fprintf(w, " %s %d", a.Name, nr&^a.NRBit)
		}
	}
	fmt.Fprintln(w)
	if len(c.Groups) > 0 {
		fmt.Fprintln(w, "  groups ", strings.Join(c.Groups, " "))
	}
	for _, p := range c.Params {
		p.explain(w, "  ")
	}
	if c.Result != "" {
		fmt.Fprintln(w, "  returns", c.Result)
	}
}

// signature is the call with the parameters that it always has.
func (c *callInfo) signature() string {
	var names []string
	for _, p := range c.Params[:c.fixed] {
		names = append(names, p.Name)
	}
	if c.rest {
		names = append(names, "...")
	}
	return c.Name + "(" + strings.Join(names, ", ") + ")"
}

func (p *paramInfo) explain(w io.Writer, indent string) {
	line := indent + p.Name + ": "
	if p.Dir != "" {
		line += p.Dir + ", "
	}
	line += p.Type
	if p.Only != "" {
		line += " (if " + p.Only + ")"
	}
	fmt.Fprintln(w, line)
	for _, set := range p.Sets {
		set.explain(w, indent+"    ")
	}
	for _, f := range p.Fields {
		f.explain(w, indent+"    ")
	}
}

// explainWidth is how long lines of values become.
const explainWidth = 96

func (s *setInfo) explain(w io.Writer, indent string) {
	separator := " "
	if s.Flags {
		separator = "|"
	}
	line := indent
	for i, v := range s.Values {
		text := v.Name
		if i < len(s.Values)-1 {
			text += separator
		}
		if len(line)+len(text) > explainWidth && line != indent {
			fmt.Fprintln(w, strings.TrimRight(line, " "))
			line = indent
		}
		line += text
	}
	fmt.Fprintln(w, line)
}
