package cover

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
)

// WriteCodecov writes Codecov's own JSON: hits by line, and "1/2" where one of two blocks ran.
func WriteCodecov(w io.Writer, r *Report) error {
	b := bufio.NewWriter(w)
	b.WriteString(`{"coverage":{`)
	for i, l := range r.Files {
		separate(b, i)
		fmt.Fprintf(b, "%s:{", quoteJSON(l.Name))
		for i, line := range l.Lines {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(b, `"%d":%s`, line.Number, codecovHits(line))
		}
		b.WriteByte('}')
	}
	b.WriteString("\n}}\n")
	return b.Flush()
}

func separate(b *bufio.Writer, i int) {
	if i > 0 {
		b.WriteByte(',')
	}
	b.WriteByte('\n')
}

func codecovHits(line *Line) string {
	if ran, all := line.Ran(), len(line.Blocks); ran > 0 && ran < all {
		return fmt.Sprintf(`"%d/%d"`, ran, all)
	}
	return strconv.FormatUint(line.Hits(), 10)
}

// quoteJSON writes a string as JSON, which every string can be.
func quoteJSON(s string) string {
	quoted, _ := json.Marshal(s)
	return string(quoted)
}
