package json_test

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/render/json"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/trace"
)

// lines is a Sink that keeps each line.
type lines [][]byte

func (l *lines) Write(p []byte) { *l = append(*l, bytes.Clone(p)) }

// record traces a program to its end and returns the records.
func record(t *testing.T, mode decode.Mode, program string, args ...string) lines {
	t.Helper()
	var out lines
	tracer := trace.New(trace.Options{Syscalls: true, Follow: true, Exiting: true})
	o := json.NewObserver(json.Options{
		Out:     &out,
		Version: "test",
		PC:      true,
		Pick: func(abi.Call, *syscalls.Syscall) (decode.Mode, bool) {
			return mode, true
		},
	}, time.Now())
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	command := &trace.Command{Path: program, Args: append([]string{program}, args...), Env: []string{"LANG=C"}, Stdin: null, Stdout: null, Stderr: null}
	if _, err := tracer.Start(command); err != nil {
		tracer.Close()
		t.Fatal(err)
	}
	if err := tracer.Run(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	o.Close()
	return out
}

// programs are what the tests trace: a shell with children, threads, signals, calls
// of other ABIs, tasks that change their ids, and calls that never return.
var programs = [][]string{
	{"/bin/sh", "-c", "ls -l /proc/self; cat /etc/passwd | wc -l; exit 3"},
	{"threads", "3"}, {"signals"}, {"int80"}, {"execthread"}, {"ends", "-9"}, {"restart"}, {"vforkwait"}, {"signals", "-m32"}, {"opens", "-m32"}, {"restart", "-m32"},
	{"uring"}, {"uring", "-m32"},
}

// each runs a subtest for each program, with its path made out.
func each(t *testing.T, f func(t *testing.T, program string, args []string)) {
	for _, p := range programs {
		t.Run(p[0][strings.LastIndexByte(p[0], '/')+1:], func(t *testing.T) {
			program, args := build(t, p)
			f(t, program, args)
		})
	}
}

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile("../../docs/trace.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// full tells all there is to tell.
var full = decode.Mode{Strings: 4096, Verbose: true, FDs: decode.FDAll, PIDs: decode.PIDComm | decode.PIDNamespace, Entries: true}

// Every line of real traces is what docs/trace.schema.json says.
func TestSchema(t *testing.T) {
	s := schema(t)
	each(t, func(t *testing.T, program string, args []string) {
		for _, mode := range []decode.Mode{{Strings: 32}, full, {Raw: true}, {Opaque: true}} {
			for _, line := range record(t, mode, program, args...) {
				validate(t, s, line)
			}
		}
	})
}

func validate(t *testing.T, s *jsonschema.Schema, line []byte) {
	t.Helper()
	data, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
	if err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	if err := s.Validate(data); err != nil {
		t.Fatalf("%s\n%v", line, err)
	}
}

// The schema refuses what is no record.
func TestSchemaRefuses(t *testing.T) {
	s := schema(t)
	for _, line := range []string{
		`{}`, `{"type":"other"}`, `[]`,
		`{"type":"header","schema":2,"trapline":"1","time":"2026-11-28T22:56:32.000000000Z"}`,
		`{"type":"attach","seq":1,"time":"2026-11-28T22:56:32.000000000Z","pid":1,"tid":1,"surplus":1}`,
		`{"type":"signal","seq":1,"time":"2026-11-28T22:56:32.000000000Z","pid":1,"tid":1,"signal":9,"info":{"int":1,"lost":"0x0"}}`,
		`{"type":"exit","seq":1,"time":"2026-11-28T22:56:32.000000000Z","pid":1,"tid":1}`,
	} {
		data, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		if s.Validate(data) == nil {
			t.Errorf("accepted: %s", line)
		}
	}
}

// build returns the path of one of programs, and its arguments. A fixture may be an
// i386 program.
func build(t *testing.T, p []string) (program string, args []string) {
	t.Helper()
	switch {
	case strings.Contains(p[0], "/"):
		return p[0], p[1:]
	case len(p) > 1 && p[1] == string(fixture.M32):
		return fixture.Build(t, p[0], fixture.M32), p[2:]
	}
	return fixture.Build(t, p[0]), p[1:]
}
