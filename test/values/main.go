// Values compares what the remarks in the sources of programs say is in their variables with what
// gdb shows there. That trapline probe shows what they say is a test in probe/.
//
//	go run ./test/values [-v]
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/trapline/trapline/internal/fixture"
)

var verbose = flag.Bool("v", false, "show each value")

// A build is a program and how it is compiled.
type build struct {
	source  string
	compile func(name string, flags ...fixture.Flag) (string, error)
	flags   []fixture.Flag
	lines   bool // remarks about lines hold
}

const testdata = "internal/fixture/testdata/"

var builds = []build{
	{"valued.c", fixture.Compile, []fixture.Flag{"-O0"}, true},
	{"valued.c", fixture.Compile, []fixture.Flag{"-O2"}, false},
	{"valued.c", fixture.Compile, []fixture.Flag{"-O0", fixture.M32}, true},
	{"valued.c", fixture.Compile, []fixture.Flag{"-O2", fixture.M32}, false},
	{"valued.cc", fixture.CompilePlus, []fixture.Flag{"-O0"}, true},
	{"valued.cc", fixture.CompilePlus, []fixture.Flag{"-O2"}, false},
	{"typed.c", fixture.Compile, []fixture.Flag{"-O0"}, true},
	{"typed.c", fixture.Compile, []fixture.Flag{"-O0", "-gdwarf-4", "-fdebug-types-section"}, true},
}

func main() {
	flag.Parse()
	differ := 0
	for i := range builds {
		b := &builds[i]
		same, other, err := b.compare()
		if err != nil {
			fmt.Fprintln(os.Stderr, "values:", err)
			os.Exit(1)
		}
		fmt.Printf("%-10s %-12v %3d values as gdb shows them, %d others\n", b.source, b.flags, same, other)
		differ += other
	}
	if differ > 0 {
		os.Exit(1)
	}
}

// compare asks gdb for everything that is remarked of a program.
func (b *build) compare() (same, other int, err error) {
	remarks, err := fixture.Remarks(testdata + b.source)
	if err != nil {
		return 0, 0, err
	}
	program, err := b.compile(strings.TrimSuffix(b.source, filepath.Ext(b.source)), b.flags...)
	if err != nil {
		return 0, 0, err
	}
	for _, r := range remarks {
		if r.Kind == '=' && !b.lines {
			continue
		}
		r.Sayings = slices.DeleteFunc(r.Sayings, onlyOurs)
		shown, err := show(program, &r)
		if err != nil {
			return same, other, err
		}
		for i, s := range r.Sayings {
			if got, want := plain(shown[i]), plain(s.Text); got != want {
				fmt.Printf("%v: %s %s: gdb shows %s, the remark says %s\n", b.flags, r.Place, s.Expr, got, want)
				other++
				continue
			}
			if same++; *verbose {
				fmt.Printf("%v: %s %s: %s\n", b.flags, r.Place, s.Expr, shown[i])
			}
		}
	}
	return same, other, nil
}

// onlyOurs are expressions that compare with text: gdb would compare addresses, or call functions
// of the program.
func onlyOurs(s fixture.Saying) bool {
	return strings.Contains(s.Expr, `= "`) || strings.HasPrefix(s.Text, "<") || slices.Contains(otherwise, s.Expr)
}

// otherwise are expressions that gdb shows in another way: bytes that are no text, a cast to a
// character; and a bit field in nine bytes, which it does not read.
var otherwise = []string{"raw", "bytes", "(unsigned char)300", "crossing.b"}

// mark stands before each value in gdb's output.
const mark = "\n@="

// show has gdb show what a remark is about. A value that it does not show is empty.
func show(program string, r *fixture.Remark) ([]string, error) {
	args := []string{"-nx", "-batch", "-iex", "set debuginfod enabled off", "-ex", "set print repeats unlimited", "-ex", "set width 0",
		"-ex", "break " + filepath.Base(r.Place), "-ex", "run"}
	if r.Kind == '<' {
		args = append(args, "-ex", "finish", "-ex", `echo \n@=`, "-ex", "output $")
	} else {
		for _, s := range r.Sayings {
			args = append(args, "-ex", `echo \n@=`, "-ex", "output "+s.Expr)
		}
	}
	said, err := exec.Command("gdb", append(args, "-ex", `echo \n`, "-ex", "kill", program)...).Output()
	if err != nil {
		return nil, fmt.Errorf("gdb: %w\n%s", err, said)
	}
	parts := strings.Split(string(said), mark)[1:]
	shown := make([]string, len(r.Sayings))
	for i := range min(len(parts), len(shown)) {
		shown[i], _, _ = strings.Cut(parts[i], "\n")
	}
	return shown, nil
}

// ways are what gdb writes otherwise than we do.
var ways = []struct {
	theirs *regexp.Regexp
	ours   string
}{
	{regexp.MustCompile(`@?0x[0-9a-f]+:? (<[^>]*> )?(["{])`), "$2"},
	{regexp.MustCompile(`^\([^{]*\) \{`), "{"},
	{regexp.MustCompile(`^(-?\d+) '\\\d{3}'$`), "$1"},
	{regexp.MustCompile(`(\\000)+(['"])`), "$2"},
	{regexp.MustCompile(`std::(__debug::)?vector of length \d+, capacity \d+ = `), ""},
	{regexp.MustCompile(`\b(\w+::)+`), ""},
	{regexp.MustCompile(`\bunknown: 0x(\d)\b`), "$1"},
	{regexp.MustCompile(`^\((\w+( \| \w+)*)\)$`), "$1"},
	{regexp.MustCompile(` \| `), "|"},
	{regexp.MustCompile(`^true$`), "1"},
	{regexp.MustCompile(`^false$`), "0"},
}

// plain is a value in one way of writing.
func plain(text string) string {
	for _, w := range ways {
		text = w.theirs.ReplaceAllString(text, w.ours)
	}
	return text
}
