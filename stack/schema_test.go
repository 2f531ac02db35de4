package stack

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile("../docs/stack.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Everything that is written as JSON is what docs/stack.schema.json says.
func TestSchema(t *testing.T) {
	s := schema(t)
	for _, write := range []func(io.Writer) error{server().WriteJSON, core().WriteJSON, sampled().WriteJSON, (&Process{PID: 1}).WriteJSON,
		gopher().WriteJSON, gophers().WriteJSON} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		data, err := jsonschema.UnmarshalJSON(&b)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(data); err != nil {
			t.Error(err)
		}
	}
}

// The schema refuses what is neither.
func TestSchemaRefuses(t *testing.T) {
	s := schema(t)
	for _, line := range []string{
		`{}`, `[]`, `{"type":"process"}`,
		`{"type":"process","schema":2,"pid":1,"frozen_us":0,"threads":[]}`,
		`{"type":"process","schema":1,"pid":1,"frozen_us":0,"threads":[{"tid":1}]}`,
		`{"type":"process","schema":1,"pid":1,"frozen_us":0,"threads":[{"tid":1,"frames":[{"pc":1,"found":"cfi"}]}]}`,
		`{"type":"process","schema":1,"pid":1,"frozen_us":0,"threads":[],"surplus":1}`,
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
