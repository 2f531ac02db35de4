// Package trapline_test holds the project to its design: which room may import which.
package trapline_test

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/trapline/trapline/"

// levels lists the rooms from the bottom up. A room may import rooms of lower levels only, and
// those of its own level that allowed names. See docs/DESIGN.md.
var levels = [][]string{
	{"abi", "internal/rlimit", "internal/alike"},
	{"uapi", "procfs"},
	{"mem", "value"},
	{"syscalls", "seccomp", "internal/ptrace", "insn"},
	{"decode", "image", "unwind", "variable"},
	{"filter"},
	{"trace", "capture"},
	{"edit"},
	{"render/strace", "render/json", "render/summary", "tamper", "script", "stack", "backtrace", "breakpoint", "probe", "remote", "cover", "policy"},
	{"trial"},
	{"sweep"},
	{"tracetest", "internal/cli"},
	{"cmd/trapline"},
}

// aside are rooms that tests and generators live in: no product room may import them.
var aside = []string{"internal/fixture", "internal/gen", "scripts", "test"}

// allowed are the imports between rooms of one level.
var allowed = map[string][]string{
	"cover/survey": {"breakpoint"},
	"probe":        {"breakpoint"},
	"unwind":       {"image"},
	"variable":     {"image", "image/dwarf", "unwind"},
}

// forbidden are imports of lower rooms that the design rules out all the same.
var forbidden = map[string][]string{
	"trace": {"syscalls", "decode", "image", "unwind", "filter"},
}

// sysRooms are the only rooms that may import golang.org/x/sys.
var sysRooms = []string{"internal/ptrace", "internal/cli"}

func TestRooms(t *testing.T) {
	for room, imports := range goList(t) {
		for _, imported := range imports {
			if problem := check(room, imported); problem != "" {
				t.Errorf("%s imports %s: %s", room, imported, problem)
			}
		}
	}
}

// check says what is wrong with an import, nothing when it is right.
func check(room, imported string) string {
	if isAside(room) {
		return ""
	}
	if strings.HasPrefix(imported, "golang.org/x/sys") && !slices.Contains(sysRooms, room) {
		return "x/sys belongs to " + strings.Join(sysRooms, " and ")
	}
	target, ours := strings.CutPrefix(imported, module)
	if !ours {
		return ""
	}
	from, to := level(room), level(target)
	switch {
	case from < 0:
		return "the room is not on the list of levels"
	case isAside(target) || to < 0:
		return "that is no room of the product"
	case slices.Contains(forbidden[room], target):
		return "the design forbids it"
	case to > from || to == from && !slices.Contains(allowed[room], target):
		return "it is not below"
	}
	return ""
}

func level(room string) int {
	return slices.IndexFunc(levels, func(rooms []string) bool {
		return slices.ContainsFunc(rooms, func(r string) bool { return within(room, r) })
	})
}

func isAside(room string) bool {
	return slices.ContainsFunc(aside, func(r string) bool { return within(room, r) })
}

// within reports whether a package is the room or a part of it.
func within(pkg, room string) bool { return pkg == room || strings.HasPrefix(pkg, room+"/") }

// goList returns the imports of every package of the module, tests not included; a room's parts
// may import each other, so that those imports are left out.
func goList(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-e", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		if room, ours := strings.CutPrefix(words[0], module); ours {
			packages[room] = slices.DeleteFunc(words[1:], func(imported string) bool {
				target, ours := strings.CutPrefix(imported, module)
				return ours && root(target) == root(room) && root(room) != ""
			})
		}
	}
	return packages
}

// root is the room a package is of or in.
func root(pkg string) string {
	for _, rooms := range levels {
		for _, room := range rooms {
			if within(pkg, room) {
				return room
			}
		}
	}
	return ""
}

// The word unsafe stays in files whose name says so, so that auditing is a matter of ls.
func TestUnsafe(t *testing.T) {
	out, err := exec.Command("git", "grep", "-lE", `^\s*(import )?"unsafe"$`, "--", "*.go").Output()
	if err != nil && len(out) > 0 {
		t.Fatal(err)
	}
	for _, file := range strings.Fields(string(out)) {
		base := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(file), ".go"), "_test")
		if !strings.HasSuffix(base, "_unsafe") {
			t.Errorf("%s imports unsafe; its name must end in _unsafe.go", file)
		}
	}
}

// The policy itself: what it lets through and what it does not.
func TestCheck(t *testing.T) {
	tests := []struct {
		room, imported string
		right          bool
	}{
		{"trace", module + "abi", true},
		{"trace", module + "internal/ptrace", true},
		{"trace", module + "syscalls", false},
		{"abi", module + "mem", false},
		{"decode", module + "filter", false},
		{"cover/survey", module + "breakpoint", true},
		{"render/strace", module + "render/json", false},
		{"decode", module + "internal/fixture", false},
		{"decode", "golang.org/x/sys/unix", false},
		{"internal/ptrace", "golang.org/x/sys/unix", true},
		{"internal/fixture", module + "trace", true},
		{"attic", module + "abi", false},
	}
	for _, test := range tests {
		if problem := check(test.room, test.imported); (problem == "") != test.right {
			t.Errorf("check(%s, %s) = %q", test.room, test.imported, problem)
		}
	}
}
