// Command cover compares trapline cover with gcov and with go build -cover on real programs: each
// is built twice, with the compiler's counters and plainly, and both do the same work, the plain
// one with our breakpoints in it. It prints, for each, on how many of the lines that both know they agree
// whether the line ran, and which kinds of lines they disagree on.
//
//	go run ./test/cover [-v] [-work DIR] [NAME...]
package main

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// archive is where sources are from.
const archive = "http://deb.debian.org/debian/pool/main/"

// aim is the share of lines that must agree, in percent.
const aim = 99.5

var (
	verbose = flag.Bool("v", false, "list the lines that differ")
	work    = flag.String("work", "build/cover", "where programs are built and kept")
)

func main() {
	flag.Parse()
	failed := false
	dir, err := filepath.Abs(*work)
	if err == nil {
		err = os.MkdirAll(dir, 0o777)
	}
	trapline := filepath.Join(dir, "bin", "trapline")
	if err == nil {
		err = command("", nil, "CGO_ENABLED=0 go build -o "+trapline+" ./cmd/trapline")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, s := range subjects {
		if flag.NArg() > 0 && !slices.Contains(flag.Args(), s.name) {
			continue
		}
		c, err := s.compare(dir, trapline)
		if err != nil {
			fmt.Printf("%-10s %s\n", s.name, err)
			failed = true
			continue
		}
		c.print(s.name)
		failed = failed || c.percent() < aim
	}
	if failed {
		os.Exit(1)
	}
}

// compare builds and runs a subject and compares what ran.
func (s *subject) compare(dir, trapline string) (*comparison, error) {
	at := filepath.Join(dir, s.name)
	if err := s.make(at); err != nil {
		return nil, err
	}
	theirs, err := s.counted(at)
	if err != nil {
		return nil, err
	}
	report := filepath.Join(at, "report")
	os.RemoveAll(report)
	err = s.runIn(at, "plain", trapline+" cover --summary none --system --format lcov -o "+report+" --")
	if err != nil {
		return nil, err
	}
	ours, err := readLCOV(filepath.Join(report, "lcov.info"))
	if err != nil {
		return nil, err
	}
	return s.judge(ours.moved(filepath.Join(at, "plain"), filepath.Join(at, "counted")), theirs), nil
}

// counted runs the program with the compiler's counters.
func (s *subject) counted(at string) (lines, error) {
	in := filepath.Join(at, "counted")
	if err := command(in, nil, "find . -name '*.gcda' -delete; rm -rf ../counters; mkdir ../counters"); err != nil {
		return nil, err
	}
	if err := s.runIn(at, "counted", ""); err != nil {
		return nil, err
	}
	return s.theirs(at, in)
}

// runIn runs the program that was built in one of the folders.
func (s *subject) runIn(at, folder, before string) error {
	in := filepath.Join(at, folder)
	return command(in, []string{
		"CMD=" + before, "BIN=" + filepath.Join(in, "program"), "GOROOT=" + goroot(), "GOCOVERDIR=" + filepath.Join(at, "counters"),
	}, s.run)
}

func goroot() string {
	out, _ := output("", "go env GOROOT")
	return strings.TrimSpace(out)
}

// make builds the program, once.
func (s *subject) make(at string) error {
	if _, err := os.Stat(filepath.Join(at, "built")); err == nil {
		return nil
	}
	if err := os.MkdirAll(at, 0o777); err != nil {
		return err
	}
	for folder, flags := range map[string]string{"counted": " --coverage", "plain": ""} {
		in := filepath.Join(at, folder)
		if err := os.MkdirAll(in, 0o777); err != nil {
			return err
		}
		var err error
		if s.golang != "" {
			err = s.makeGo(in, flags != "")
		} else if err = s.fetch(at, in); err == nil {
			err = command(in, []string{"COVER=-O0 -g" + flags}, s.build)
		}
		if err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(at, "built"), nil, 0o666)
}

// makeGo builds a Go program, perhaps with counters; one of another module in a module of its own.
func (s *subject) makeGo(in string, counted bool) error {
	name, _, other := strings.Cut(s.golang, "@")
	build := "go build -gcflags='" + coverpkg(name) + "=-N -l' -gcflags=" + tight + "= -o " + filepath.Join(in, "program") + " " + name
	if counted {
		build = "go build -cover -coverpkg=" + coverpkg(name) + " -o " + filepath.Join(in, "program") + " " + name
	}
	if !other {
		return command("", nil, build)
	}
	return command(in, nil, "go mod init example.com/x >/dev/null 2>&1; go get "+s.golang+" >/dev/null 2>&1 && "+build)
}

// tight has functions after fork, which have no room to be without optimisation.
const tight = "github.com/trapline/trapline/internal/ptrace"

// coverpkg is which packages have counters: those of the program's own module.
func coverpkg(name string) string {
	parts := strings.Split(name, "/")
	switch {
	case strings.HasPrefix(name, "./"):
		return "./..."
	case !strings.Contains(parts[0], "."):
		return name
	}
	return strings.Join(parts[:3], "/") + "/..."
}

// fetch unpacks the source into a folder.
func (s *subject) fetch(at, in string) error {
	file := filepath.Join(at, path.Base(s.source))
	if _, err := os.Stat(file); err != nil {
		if err := download(file, archive+s.source); err != nil {
			return err
		}
	}
	return command(in, nil, "tar xf "+file+" --strip-components=1")
}

func download(file, url string) error {
	response, err := http.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, response.Status)
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(f, response.Body)
	return err
}

// command runs a shell command; what it says is in the error.
func command(dir string, env []string, text string) error {
	c := exec.Command("sh", "-c", text)
	c.Dir, c.Env = dir, append(os.Environ(), env...)
	out, err := c.CombinedOutput()
	if err != nil {
		const most = 2000
		return fmt.Errorf("%.80s: %w\n%s", text, err, out[max(0, len(out)-most):])
	}
	return nil
}

// A comparison is how two reports agree.
type comparison struct {
	both, same                 int
	oursOnly, theirsOnly       int
	unknownToThem, unknownToUs int
}

func (c *comparison) percent() float64 {
	if c.both == 0 {
		return 0
	}
	return 100 * float64(c.same) / float64(c.both)
}

func (c *comparison) print(name string) {
	fmt.Printf("%-10s %6d of %6d lines agree  %6.2f %%   %d ran for us only, %d for them only; known to one: %d ours, %d theirs\n",
		name, c.same, c.both, c.percent(), c.oursOnly, c.theirsOnly, c.unknownToThem, c.unknownToUs)
}

// A lines says of each line that has code whether it ran, by file and number.
type lines map[spot]bool

type spot struct {
	file string
	line int
}

// moved is what is known of files in one folder, as if they were in another.
func (all lines) moved(from, to string) lines {
	there := lines{}
	for at, ran := range all {
		if rest, ok := strings.CutPrefix(at.file, from+"/"); ok {
			at.file = filepath.Join(to, rest)
		}
		there[at] = ran
	}
	return there
}

// judge compares, of the files that both know.
func (s *subject) judge(ours, theirs lines) *comparison {
	known := map[string]bool{}
	for at := range ours {
		known[at.file] = true
	}
	var c comparison
	var differ []spot
	files := map[string]bool{}
	for at, ran := range theirs {
		files[at.file] = true
		our, ok := ours[at]
		switch {
		case !known[at.file]:
		case !ok:
			c.unknownToUs++
		case our == ran:
			c.both++
			c.same++
		default:
			c.both++
			differ = append(differ, at)
			if our {
				c.oursOnly++
			} else {
				c.theirsOnly++
			}
		}
	}
	for at := range ours {
		if _, ok := theirs[at]; !ok && files[at.file] {
			c.unknownToThem++
		}
	}
	if *verbose {
		slices.SortFunc(differ, func(a, b spot) int { return cmp.Or(cmp.Compare(a.file, b.file), a.line-b.line) })
		text := sources{}
		for _, at := range differ {
			fmt.Printf("  %s:%d: ours %v, theirs %v: %s\n", at.file, at.line, ours[at], theirs[at], strings.TrimSpace(text.line(at)))
		}
	}
	return &c
}

// sources are the lines of files that were looked at.
type sources map[string][]string

// line is a line of a source; empty if there is none.
func (s sources) line(at spot) string {
	if s[at.file] == nil {
		data, _ := os.ReadFile(at.file)
		s[at.file] = strings.Split(string(data), "\n")
	}
	if at.line > len(s[at.file]) {
		return ""
	}
	return s[at.file][at.line-1]
}

// output is what a shell command writes.
func output(dir, text string) (string, error) {
	c := exec.Command("sh", "-c", text)
	c.Dir = dir
	out, err := c.Output()
	return string(out), err
}
