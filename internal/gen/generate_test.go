package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
)

func root(t *testing.T) string {
	t.Helper()
	dir, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// What is committed is what the generator writes, every time.
func TestCommittedIsCurrent(t *testing.T) {
	dir := root(t)
	first, err := generate(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	second, err := generate(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range first {
		if string(second[name]) != string(text) {
			t.Errorf("%s differs between two runs", name)
		}
		committed, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
			continue
		}
		if diff := cmp.Diff(string(text), string(committed)); diff != "" {
			t.Errorf("%s is not current, run go generate ./...:\n%s", name, diff)
		}
	}
}

// No generated file is left over from a description that is gone.
func TestNoStrays(t *testing.T) {
	dir := root(t)
	files, err := generate(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(dir, "uapi", "z*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		if name := "uapi/" + filepath.Base(path); files[name] == nil {
			t.Errorf("%s comes from no description", name)
		}
	}
}

// Every constant of every set has a name that leads back to it, and every value
// of flags is written as names that lead back to it.
func TestRoundTrip(t *testing.T) {
	all, err := descriptions(root(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		l, err := readList(filepath.Join(root(t), "uapi", d.name+".values"))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range d.sets {
			for i, a := range abi.All {
				consts, err := d.resolve(s, l, i)
				if err != nil {
					t.Fatal(err)
				}
				t.Run(d.name+"/"+s.ident+"/"+a.Name, func(t *testing.T) { roundTrip(t, toSet(s, consts)) })
			}
		}
	}
}

func toSet(s *set, consts []named) *uapi.Set {
	u := &uapi.Set{Name: s.name, Unknown: s.unknown, Flags: s.flags, Sorted: !s.flags}
	for _, c := range consts {
		u.Consts = append(u.Consts, uapi.Const{Name: c.name, Value: c.value})
	}
	return u
}

func roundTrip(t *testing.T, s *uapi.Set) {
	var union uint64
	for _, c := range s.Consts {
		union |= c.Value
		parsesTo(t, s, c.Name, c.Value)
		names, rest := s.Format(c.Value)
		if rest != 0 {
			t.Errorf("Format(%#x) leaves %#x, %s is lost", c.Value, rest, c.Name)
		}
		parsesTo(t, s, strings.Join(names, "|"), c.Value)
	}
	if s.Flags && union != 0 {
		names, rest := s.Format(union)
		if rest != 0 {
			t.Errorf("Format of all flags leaves %#x", rest)
		}
		parsesTo(t, s, strings.Join(names, "|"), union)
	}
}

func parsesTo(t *testing.T, s *uapi.Set, expr string, want uint64) {
	t.Helper()
	got, err := s.Parse(expr)
	if err != nil {
		t.Error(err)
	} else if got != want {
		t.Errorf("Parse(%q) = %#x, want %#x", expr, got, want)
	}
}
