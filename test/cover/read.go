package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// readLCOV reads a tracefile.
func readLCOV(name string) (lines, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all, file := lines{}, ""
	for scan := bufio.NewScanner(f); scan.Scan(); {
		key, rest, _ := strings.Cut(scan.Text(), ":")
		switch key {
		case "SF":
			file = rest
		case "DA":
			number, hits, _ := strings.Cut(rest, ",")
			n, err := strconv.Atoi(number)
			if err != nil {
				return nil, fmt.Errorf("%s: %s", name, scan.Text())
			}
			all[spot{file, n}] = hits != "0"
		}
	}
	return all, nil
}

// theirs reads what the compiler's counters say.
func (s *subject) theirs(at, in string) (lines, error) {
	if s.golang != "" {
		return readGo(at, in)
	}
	return readGCOV(in)
}

// readGCOV runs gcov over all counters below a folder.
func readGCOV(in string) (lines, error) {
	if err := command(in, nil, `find . -name '*.gcov.json.gz' -delete; find . -name '*.gcda' | while read f; do d=$(dirname "$f"); (cd "$d" && gcov -j "$(basename "$f")" >/dev/null 2>&1); done`); err != nil {
		return nil, err
	}
	all := lines{}
	return all, filepath.WalkDir(in, func(name string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".gcov.json.gz") {
			return err
		}
		return all.addGCOV(name)
	})
}

// addGCOV reads one file of gcov's.
func (all lines) addGCOV(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	var report struct {
		Dir   string `json:"current_working_directory"`
		Files []struct {
			File  string
			Lines []struct {
				Number int `json:"line_number"`
				Count  uint64
			}
		}
	}
	if err := json.NewDecoder(z).Decode(&report); err != nil {
		return err
	}
	for _, file := range report.Files {
		path := file.File
		if !filepath.IsAbs(path) {
			path = filepath.Join(report.Dir, path)
		}
		for _, l := range file.Lines {
			at := spot{filepath.Clean(path), l.Number}
			all[at] = all[at] || l.Count > 0
		}
	}
	return nil
}

// readGo reads Go's counters: a line ran if a block did that has more of it than a brace or the colon
// of a case.
func readGo(at, in string) (lines, error) {
	profile := filepath.Join(at, "theirs.out")
	if err := command("", nil, "go tool covdata textfmt -i "+filepath.Join(at, "counters")+" -o "+profile); err != nil {
		return nil, err
	}
	f, err := os.Open(profile)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all, paths, text := lines{}, paths{dir: in, known: map[string]string{}}, sources{}
	for scan := bufio.NewScanner(f); scan.Scan(); {
		file, rest, ok := strings.Cut(scan.Text(), ".go:")
		if !ok {
			continue
		}
		var line, column, endLine, endColumn, statements, count int
		if _, err := fmt.Sscanf(rest, "%d.%d,%d.%d %d %d", &line, &column, &endLine, &endColumn, &statements, &count); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", profile, scan.Text(), err)
		}
		path := paths.of(file + ".go")
		for n := line; n <= endLine; n++ {
			at := spot{path, n}
			part := text.line(at)
			if n == endLine {
				part = part[:min(endColumn-1, len(part))]
			}
			if n == line {
				part = part[min(column-1, len(part)):]
			}
			if strings.Trim(part, " \t{}():;,") != "" {
				all[at] = all[at] || count > 0
			}
		}
	}
	return all, nil
}

// paths are where the files of Go's packages are.
type paths struct {
	dir   string
	known map[string]string // by package
}

func (p *paths) of(name string) string {
	pkg, file := filepath.Split(name)
	pkg = strings.TrimSuffix(pkg, "/")
	if _, ok := p.known[pkg]; !ok {
		dir := ""
		for _, in := range []string{"", p.dir} {
			if out, err := output(in, "go list -f '{{.Dir}}' "+pkg); err == nil {
				dir = strings.TrimSpace(out)
				break
			}
		}
		p.known[pkg] = dir
	}
	return filepath.Join(p.known[pkg], file)
}
