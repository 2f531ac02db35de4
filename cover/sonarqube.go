package cover

import (
	"io"
	"strconv"
)

// WriteSonarQube writes SonarQube's generic test coverage.
func WriteSonarQube(w io.Writer, r *Report) error {
	x := newXML(w, "")
	x.begin("coverage", "version", "1")
	for _, l := range r.Files {
		x.begin("file", "path", l.Name)
		for _, line := range l.Lines {
			attributes := []string{"lineNumber", strconv.Itoa(line.Number), "covered", strconv.FormatBool(line.Hits() > 0)}
			if len(line.Blocks) > 1 {
				attributes = append(attributes, "branchesToCover", strconv.Itoa(len(line.Blocks)), "coveredBranches", strconv.Itoa(line.Ran()))
			}
			x.empty("lineToCover", attributes...)
		}
		x.end(1)
	}
	return x.end(1)
}
