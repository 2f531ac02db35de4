package probe_test

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/probe"
)

// What programs have in their variables is what the remarks in their sources say, however they
// are compiled.
func TestValues(t *testing.T) {
	const testdata = "../internal/fixture/testdata/"
	for name, flags := range map[string][]fixture.Flag{
		"O0": {"-O0"}, "O2": {"-O2"}, "DWARF 4": {"-O2", "-gdwarf-4"}, "i386": {"-O0", fixture.M32}, "i386 O2": {"-O2", fixture.M32},
	} {
		t.Run("C "+name, func(t *testing.T) {
			remarked(t, testdata+"valued.c", fixture.Build(t, "valued", flags...), flags[0] == "-O0")
		})
		if slices.Contains(flags, fixture.M32) {
			continue // there may be no C++ library for it
		}
		t.Run("C++ "+name, func(t *testing.T) {
			remarked(t, testdata+"valued.cc", fixture.BuildPlus(t, "valued", flags...), flags[0] == "-O0")
		})
	}
	t.Run("C types", func(t *testing.T) {
		remarked(t, testdata+"typed.c", fixture.Build(t, "typed", "-O0"), true)
	})
	t.Run("C++ library", func(t *testing.T) {
		remarked(t, testdata+"contained.cc", fixture.BuildPlus(t, "contained", "-O0"), true)
	})
	source := "../variable/testdata/valued/valued.go"
	for name, flags := range map[string][]string{"optimized": nil, "plain": {"-gcflags=-N -l"}} {
		t.Run("Go "+name, func(t *testing.T) {
			remarked(t, source, fixture.BuildGo(t, source, []string{"CGO_ENABLED=0"}, flags...), flags != nil)
		})
	}
}

// remarked runs a program with a probe for each remark in its source; those about lines only
// if they are to hold.
func remarked(t *testing.T, source, program string, lines bool) {
	remarks, err := fixture.Remarks(source)
	if err != nil || len(remarks) == 0 {
		t.Fatal("no remarks", err)
	}
	about := map[*probe.Probe]fixture.Remark{}
	var probes []*probe.Probe
	for _, r := range remarks {
		if r.Kind == '=' && !lines {
			continue
		}
		p := parse(t, placed(r))[0]
		p.Limit, p.Return = 1, r.Kind == '<'
		about[p], probes = r, append(probes, p)
	}
	run(t, observer(func(h *probe.Hit) {
		r, known := about[h.Probe]
		if !known || h.Returned != (r.Kind == '<') {
			return
		}
		delete(about, h.Probe)
		for i, s := range r.Sayings {
			if i >= len(h.Values) {
				t.Errorf("%s: %s is missing", r.Place, s.Expr)
			} else if got := text(&h.Values[i].Value); got != s.Text {
				t.Errorf("%s: %s is %s, want %s", r.Place, s.Expr, got, s.Text)
			}
		}
	}), probes, program)
	for _, r := range about {
		t.Errorf("%s (%c) was not met", r.Place, r.Kind)
	}
}

// placed is the text of a probe that shows what a remark is about.
func placed(r fixture.Remark) string {
	if r.Kind == '<' {
		return r.Place
	}
	var exprs []string
	for _, s := range r.Sayings {
		exprs = append(exprs, s.Expr)
	}
	return filepath.Base(r.Place) + " print " + strings.Join(exprs, ", ")
}

// Variables are found wherever compilers put what they say of them: in files beside the program, in
// a package of those, in units of their own for types.
func TestValuesElsewhere(t *testing.T) {
	const testdata = "../internal/fixture/testdata/"
	for name, flags := range map[string][]string{
		"split 4": {"-gdwarf-4", "-gsplit-dwarf"}, "split 5": {"-gdwarf-5", "-gsplit-dwarf"},
		"types 4": {"-gdwarf-4", "-fdebug-types-section"}, "types 5": {"-gdwarf-5", "-fdebug-types-section"},
		"split types 4": {"-gdwarf-4", "-gsplit-dwarf", "-fdebug-types-section"},
		"split types 5": {"-gdwarf-5", "-gsplit-dwarf", "-fdebug-types-section"},
		"package 4":     {"-gdwarf-4", "-gsplit-dwarf", "-fdebug-types-section"},
		"DWARF 2":       {"-gdwarf-2", "-gstrict-dwarf"}, "DWARF 4 -m32": {"-gdwarf-4", "-gsplit-dwarf", "-m32"},
	} {
		t.Run(name, func(t *testing.T) {
			source := "typed.c"
			if slices.Contains(flags, "-m32") || slices.Contains(flags, "-gstrict-dwarf") {
				source = "valued.c" // whose types are those of all versions and machines
			}
			program := filepath.Join(t.TempDir(), "program")
			do(t, "gcc", append(flags, "-O0", "-w", "-std=gnu17", "-D_GNU_SOURCE", "-o", program, testdata+source)...)
			if strings.HasPrefix(name, "package") {
				do(t, "dwp", "-e", program, "-o", program+".dwp")
				do(t, "rm", program+"-typed.dwo")
			}
			remarked(t, testdata+source, program, true)
		})
	}
}

func do(t *testing.T, command string, args ...string) {
	t.Helper()
	if said, err := exec.Command(command, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", command, args, err, said)
	}
}
