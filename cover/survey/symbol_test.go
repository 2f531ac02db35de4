package survey_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trapline/trapline/cover"
	"github.com/trapline/trapline/cover/survey"
)

const sources = "../../internal/fixture/testdata/"

// compile compiles sources to a program.
func compile(t *testing.T, args ...string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "program")
	for i, arg := range args {
		if !strings.HasPrefix(arg, "-") {
			args[i], _ = filepath.Abs(arg)
		}
	}
	c := exec.Command("gcc", append([]string{"-std=gnu17", "-D_GNU_SOURCE", "-pthread", "-o", program}, args...)...)
	c.Dir = filepath.Dir(program)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// What was split off a program counts, and where that is not there its symbols tell the functions.
func TestSplit(t *testing.T) {
	for _, version := range []string{"-gdwarf-4", "-gdwarf-5"} {
		t.Run(version, func(t *testing.T) {
			program := compile(t, "-O0", version, "-gsplit-dwarf", sources+"covered.c")
			check := func(line int) {
				s := &survey.Survey{Profile: &cover.Profile{}}
				compare(t, surveyed(t, s, program, "/covered.c"))
				if at := functions(s.Profile, "/covered.c"); at["classify"] != line || at["never"] == 0 {
					t.Errorf("functions %v, want classify in line %d", at, line)
				}
			}
			check(10)
			split, _ := filepath.Glob(program + "*.dwo")
			if len(split) != 1 {
				t.Fatalf("split off: %q", split)
			}
			os.Remove(split[0])
			check(11)
		})
	}
}

// functions are those of a source, and the lines they begin in.
func functions(p *cover.Profile, source string) map[string]int {
	lines := map[string]int{}
	for _, f := range p.Files() {
		if strings.HasSuffix(f.Path, source) {
			for _, g := range f.Functions() {
				lines[g.Name] = g.First
			}
		}
	}
	return lines
}

const assembly = `	.text
	.globl twice
	.type twice, @function
twice:
	test %edi, %edi
	js 1f
	lea (%rdi,%rdi), %eax
	ret
1:	neg %edi
	ret
	.size twice, .-twice
	.globl never
never:
	xor %eax, %eax
	ret
	.section .note.GNU-stack,"",@progbits
`

// Functions of an assembler count.
func TestAssembler(t *testing.T) {
	dir := t.TempDir()
	s, c := filepath.Join(dir, "twice.S"), filepath.Join(dir, "main.c")
	os.WriteFile(s, []byte(assembly), 0o666)
	os.WriteFile(c, []byte("#include <stdio.h>\nint twice(int);\nint main() { puts(\"covered: child\"); return twice(0); }\n"), 0o666)
	survey := &survey.Survey{Profile: &cover.Profile{}}
	lines := surveyed(t, survey, compile(t, "-O0", "-g", c, s), "/twice.S")
	for line, want := range map[int]uint64{5: 1, 6: 1, 7: 1, 8: 1, 9: 0, 10: 0, 14: 0, 15: 0} {
		if hits, ok := lines[line]; !ok || hits != want {
			t.Errorf("line %d ran %d times (known: %v), want %d", line, hits, ok, want)
		}
	}
	if at := functions(survey.Profile, "/twice.S"); !maps.Equal(at, map[string]int{"twice": 5, "never": 14}) {
		t.Errorf("functions %v", at)
	}
}
