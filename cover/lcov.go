package cover

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// WriteLCOV writes a tracefile as lcov's geninfo does, for lcov 1 and 2. The blocks of a
// line are its branches.
func WriteLCOV(w io.Writer, r *Report) error {
	b := bufio.NewWriter(w)
	for _, l := range r.Files {
		fmt.Fprintf(b, "TN:\nSF:%s\n", oneLine(l.toolPath()))
		l.lcovFunctions(b)
		l.lcovBlocks(b)
		for _, line := range l.Lines {
			fmt.Fprintf(b, "DA:%d,%d\n", line.Number, line.Hits())
		}
		fmt.Fprintf(b, "LF:%d\nLH:%d\nend_of_record\n", l.Totals.Lines.All, l.Totals.Lines.Ran)
	}
	return b.Flush()
}

func (l *Listing) lcovFunctions(w io.Writer) {
	if len(l.Functions) == 0 {
		return
	}
	names := l.functionNames()
	for i, k := range l.Functions {
		fmt.Fprintf(w, "FN:%d,%s\n", k.First, names[i])
	}
	for i, k := range l.Functions {
		fmt.Fprintf(w, "FNDA:%d,%s\n", k.Hits, names[i])
	}
	fmt.Fprintf(w, "FNF:%d\nFNH:%d\n", l.Totals.Functions.All, l.Totals.Functions.Ran)
}

// functionNames returns names for the functions that are all different, as those of lcov
// must be, and hold no comma. Overloaded ones get the number of their line.
func (l *Listing) functionNames() []string {
	times := map[string]int{}
	for _, k := range l.Functions {
		times[k.Name]++
	}
	names := make([]string, len(l.Functions))
	for i, k := range l.Functions {
		name := k.Name
		if times[name] > 1 || name == "" {
			name += ":" + strconv.Itoa(k.First)
		}
		names[i] = strings.ReplaceAll(oneLine(name), ",", ";")
	}
	return names
}

func (l *Listing) lcovBlocks(w io.Writer) {
	if l.Totals.Blocks.All == 0 {
		return
	}
	for _, line := range l.Lines {
		if len(line.Blocks) < 2 {
			continue
		}
		for i, b := range line.Blocks {
			taken := "-" // nothing of the line ran
			if line.Hits() > 0 {
				taken = strconv.FormatUint(b.Hits, 10)
			}
			fmt.Fprintf(w, "BRDA:%d,0,%d,%s\n", line.Number, i, taken)
		}
	}
	fmt.Fprintf(w, "BRF:%d\nBRH:%d\n", l.Totals.Blocks.All, l.Totals.Blocks.Ran)
}
