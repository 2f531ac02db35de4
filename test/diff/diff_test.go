package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What differs between two runs of the reference may differ in ours, if it is of the same kind;
// everything else must be equal.
func TestTemplate(t *testing.T) {
	tests := []struct {
		first, second, ours string
		matches             bool
	}{
		{`getpid() = 7`, `getpid() = 7`, `getpid() = 8`, false},
		{`getpid() = 7`, `getpid() = 8`, `getpid() = 9`, true},
		{`getpid() = 7`, `getpid() = 8`, `getpid() = 0x9`, false},
		{`getpid() = 7`, `getpid() = 8`, `getppid() = 9`, false},
		{`brk(NULL) = 0x1000`, `brk(NULL) = 0x2000`, `brk(NULL) = 0x3000`, true},
		{`brk(NULL) = 0x1000`, `brk(NULL) = 0x2000`, `brk(NULL)= 0x3000`, false},
		{`open("/tmp/a1", 0) = 3`, `open("/tmp/b2", 0) = 3`, `open("/tmp/c3", 0) = 3`, true},
		{`open("/tmp/a1", 0) = 3`, `open("/tmp/b2", 0) = 3`, `open("/tmp/c3"..., 0) = 3`, true},
		{`open("/tmp/a1", 0) = 3`, `open("/tmp/b2", 0) = 3`, `open(0x1234, 0) = 3`, false},
		{`kill(7, 0)     = 0`, `kill(10, 0)    = 0`, `kill(123, 0)   = 0`, true},
		{`[0000000000401000] a() = 0`, `[0000000000401000] a() = 0`, `[00000000004fffff] a() = 0`, false},
	}
	for _, test := range tests {
		template := newTemplate(test.first)
		template.learn(test.second)
		if got := template.matches(test.ours); got != test.matches {
			t.Errorf("%s, %s: matches(%s) = %v", test.first, test.second, test.ours, got)
		}
	}
}

// A line that another run of the reference has in another form, or not, is noise and not compared.
func TestNoise(t *testing.T) {
	templates := learn(strings.Fields("a() b(1) c() x()"), [][]string{strings.Fields("a() b(1,2) c()")})
	noise := ""
	for _, t := range templates {
		if t.noise {
			noise += t.line
		}
	}
	if noise != "b(1)x()" {
		t.Errorf("noise: %s", noise)
	}
}

func TestAlign(t *testing.T) {
	tests := []struct {
		a, b string
		want []int
	}{
		{"a() b() c()", "a() b() c()", []int{0, 1, 2}},
		{"a() b() c()", "a() c()", []int{0, none, 1}},
		{"a() c()", "a() b() c()", []int{0, 2}},
		{"a(1) b(1) c(1)", "a(2) b(2) c(2)", []int{0, 1, 2}},
		{"a(1) b() a(2)", "b() a(3)", []int{none, 0, 1}},
		{"", "a()", nil},
		{"a() b()", "", []int{none, none}},
	}
	for _, test := range tests {
		got := align(strings.Fields(test.a), strings.Fields(test.b))
		if len(got) != len(test.want) {
			t.Errorf("align(%s, %s) = %v, want %v", test.a, test.b, got, test.want)
			continue
		}
		for i := range got {
			if got[i] != test.want[i] {
				t.Errorf("align(%s, %s) = %v, want %v", test.a, test.b, got, test.want)
				break
			}
		}
	}
}

// Calls that other tasks' lines broke in two are whole again in their task's stream.
func TestByTask(t *testing.T) {
	streams := byTask(strings.Split(`7 read(3,  <unfinished ...>
8 getpid()             = 8
7 <... read resumed>"x", 1)  = 1
7 +++ exited with 0 +++`, "\n"))
	want := [][]string{{`TASK read(3, "x", 1) = 1`, "TASK +++ exited with 0 +++"}, {"TASK getpid() = 8"}}
	if len(streams) != 2 || strings.Join(streams[0], "\n") != strings.Join(want[0], "\n") || streams[1][0] != want[1][0] {
		t.Errorf("got %q, want %q", streams, want)
	}
}

func TestSteady(t *testing.T) {
	tests := []struct {
		command    command
		line, want string
	}{
		{command{times: true}, `12:34:56.789012 a() = 0 <0.000123>`, `99:99:99.999999 a() = 0 <9.999999>`},
		{command{relative: true}, `     0.000123 a(5) = 0`, `     9.999999 a(5) = 0`},
		{command{}, `12:34:56 a()`, `12:34:56 a()`},
		{command{summary: true}, ` 12.34    0.000123          12        10         2 open`, `        10         2 open`},
		{command{}, `--- SIGCHLD {si_utime=1 /* 0.01 s */, si_stime=0} ---`, `--- SIGCHLD {si_utime=9, si_stime=9} ---`},
	}
	for _, test := range tests {
		if got := test.command.steady(test.line); got != test.want {
			t.Errorf("steady(%q) = %q, want %q", test.line, got, test.want)
		}
	}
}

// Lines up to the marker are not compared; a task without one was made after it.
func TestAfterMarker(t *testing.T) {
	tests := []struct {
		streams [][]string
		want    string
		fails   bool
	}{
		{[][]string{{"a()", "fchdir(-20261129) = -1 EBADF", "b()"}}, "b()", false},
		{[][]string{{"TASK a()", "TASK fchdir(-20261129) = -1 EBADF", "TASK b()"}, {"TASK c()"}}, "TASK b()|TASK c()", false},
		{[][]string{{"a()", "fchdir(-20261129)            = -1 EBADF"}}, "", false},
		{[][]string{{"a()", "fchdir(-1) = -1 EBADF", "b()"}}, "", true},
	}
	for _, test := range tests {
		streams, err := afterMarker(test.streams)
		if (err != nil) != test.fails {
			t.Errorf("%q: error %v", test.streams, err)
		}
		if got := strings.Join(slices.Concat(streams...), "|"); err == nil && got != test.want {
			t.Errorf("%q: %s, want %s", test.streams, got, test.want)
		}
	}
}

// A fixture's first lines say what it is run as.
func TestNewProgram(t *testing.T) {
	tests := []struct {
		text  string
		cases int
		first string
	}{
		{"// What it shows.\n#include", 12, "amd64 []"},
		{"// What it shows.\n// i386\n#include", 6, "i386 []"},
		{"// What it shows.\n// amd64\n// -f -q\n#include", 6, "amd64 [-f -q]"},
		{"// What it shows.\n#include\n// i386\n", 12, "amd64 []"},
		{"// i386 is not amd64.\n#include", 12, "amd64 []"},
	}
	for _, test := range tests {
		p := newProgram("name", test.text)
		if first := fmt.Sprint(p.cases[0].abi, " ", p.cases[0].options); len(p.cases) != test.cases || first != test.first {
			t.Errorf("%q: %d cases, the first %s; want %d, %s", test.text, len(p.cases), first, test.cases, test.first)
		}
	}
}

// Every fixture in the tree is found, and is one of a group.
func TestPrograms(t *testing.T) {
	list, err := programs()
	if err != nil || len(list) == 0 {
		t.Fatalf("%d programs, %v", len(list), err)
	}
	for _, p := range list {
		if strings.Count(p.name, "/") != 2 || len(p.cases) == 0 {
			t.Errorf("%s: %d cases", p.name, len(p.cases))
		}
	}
}
