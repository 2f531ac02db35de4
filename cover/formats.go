package cover

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode"
)

// A Format is a form that a report can be written in.
type Format struct {
	Name  string
	File  string // what it is called in the folder of a report
	About string
	Write func(io.Writer, *Report) error
}

// Formats are those that are one file each. A browsable one is made by package page.
var Formats = []Format{
	{"lcov", "lcov.info", "a tracefile of lcov, for genhtml and editors", WriteLCOV},
	{"cobertura", "cobertura.xml", "for Jenkins, GitLab, Azure", WriteCobertura},
	{"go", "cover.out", "a profile of Go sources for go tool cover", WriteGo},
	{"json", "summary.json", "totals and the lines that did not run", WriteSummary},
	{"codecov", "codecov.json", "for Codecov", WriteCodecov},
	{"sonarqube", "sonarqube.xml", "for SonarQube, its generic test coverage", WriteSonarQube},
}

// WriteFile writes the report in one format into a folder, in one step.
func (f *Format) WriteFile(dir string, r *Report) error {
	var b bytes.Buffer
	err := f.Write(&b, r)
	if err == nil {
		err = os.MkdirAll(dir, 0o777)
	}
	if err != nil {
		return err
	}
	return WriteFile(filepath.Join(dir, f.File), b.Bytes())
}

// oneLine makes of a name one that cannot end a line.
func oneLine(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return unicode.ReplacementChar
		}
		return r
	}, name)
}
