package cover

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"path"
	"strings"
)

// WriteGo writes a profile of the Go sources as go test -coverprofile does. Each line is a
// block with one statement, so that percentages are those of lines.
func WriteGo(w io.Writer, r *Report) error {
	b := bufio.NewWriter(w)
	mode := "set"
	if r.Counted {
		mode = "count"
	}
	fmt.Fprintf(b, "mode: %s\n", mode)
	for _, l := range r.Files {
		if path.Ext(l.Path) == ".go" {
			l.goBlocks(b, r.Counted)
		}
	}
	return b.Flush()
}

func (l *Listing) goBlocks(w io.Writer, counted bool) {
	text := l.Text()
	name := oneLine(l.toolPath())
	for _, line := range l.Lines {
		from, to := columns(text, line.Number)
		hits := min(line.Hits(), math.MaxInt64)
		if !counted {
			hits = min(hits, 1)
		}
		fmt.Fprintf(w, "%s:%d.%d,%d.%d 1 %d\n", name, line.Number, from, line.Number, to, hits)
	}
}

// columns returns where the text of a line begins, and the column behind it.
func columns(text []string, line int) (from, to int) {
	if line > len(text) || strings.TrimSpace(text[line-1]) == "" {
		return 1, 2
	}
	s := text[line-1]
	return len(s) - len(strings.TrimLeft(s, " \t")) + 1, len(s) + 1
}
