package json

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const stamp = `"time":"2026-11-28T22:56:32.000000001Z","pid":1,"tid":1`

func call(begun, seq, pending int) string {
	record := fmt.Sprintf(`{"type":"call","seq":%d,"begun":%d,%s,"abi":"amd64","nr":39,"name":"getpid","args":[],"status":"successful"`, seq, begun, stamp)
	if pending > 0 {
		record += fmt.Sprintf(`,"pending":%d`, pending)
	}
	return record + "}\n"
}

// An error says in which line it is, and what came before is read.
func TestReaderErrors(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", "EOF"},
		{"\n" + call(1, 2, 0) + "{", `line 3: column 2: '"' is missing`},
		{`{"type":"header","schema":9}`, "line 1: schema 9 is newer than 1, the newest that this version reads"},
		{`{"type":"signal","seq":1}`, "line 1: tid is missing"},
		{`{"type":"call","tid":1}`, "line 1: abi is missing"},
		{`{"type":"call","tid":1,"abi":"vax"}`, `line 1: column 34: there is no ABI "vax"`},
		{`{"type":"call","tid":1,"abi":"amd64"}`, "line 1: name is missing"},
		{`{"type":"call","tid":1,"abi":"amd64","name":"x","known":1}`, "line 1: more arguments are known than there are"},
		{`{"type":"later","tid":{"a":[1.5e3,true,null]}}`, "line 1: column 23: this is no number"},
		{`{"type":"signal","tid":99999999999}`, "line 1: column 34: the number is too large"},
		{`{"type":"later"} {}`, "line 1: column 18: something stands behind the record"},
	} {
		r := NewReader(strings.NewReader(test.text))
		var err error
		for err == nil {
			_, err = r.Read()
		}
		if err.Error() != test.want {
			t.Errorf("%s\n got %v\nwant %s", test.text, err, test.want)
		}
	}
}

// What a later version adds is passed over.
func TestReaderSkips(t *testing.T) {
	r := NewReader(strings.NewReader(`{"type":"later","new":{"a":[1.5e3,true,null,"\u00e9"]}}`))
	rec, err := r.Read()
	if err != nil || rec.Kind != Unknown {
		t.Errorf("%+v, %v", rec, err)
	}
}

// endless is a line without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestLineIsBounded(t *testing.T) {
	_, err := NewReader(endless{}).Read()
	var syntax *SyntaxError
	if !errors.As(err, &syntax) || syntax.Line != 1 {
		t.Errorf("error %v", err)
	}
}

// order reads the moments of a trace as "+" and begun for an entry and "-" and seq for
// what else happened.
func order(t *testing.T, o *Ordered) (moments []string) {
	t.Helper()
	for {
		m, err := o.Next()
		if err == io.EOF {
			return moments
		}
		if err != nil {
			t.Fatal(err)
		}
		if m.Entry {
			moments = append(moments, fmt.Sprint("+", m.Begun))
		} else {
			moments = append(moments, fmt.Sprint("-", m.Seq))
		}
	}
}

func TestOrder(t *testing.T) {
	trace := call(2, 3, 1) + call(4, 5, 1) + call(1, 6, 0) + call(7, 8, 0)
	want := []string{"+1", "+2", "-3", "+4", "-5", "-6", "+7", "-8"}
	if diff := cmp.Diff(want, order(t, NewOrdered(NewReader(strings.NewReader(trace))))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A moment is told as soon as nothing can come before it.
func TestOrderDoesNotWait(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	go io.WriteString(w, call(1, 2, 0)+call(3, 5, 4))
	o := NewOrdered(NewReader(r))
	for _, want := range []uint64{1, 2, 3} {
		m, err := o.Next()
		if at := max(m.Seq, 0); err != nil || at < want {
			t.Errorf("moment %d, %v; want %d", at, err, want)
		}
	}
}

// What is held is bounded: a call that takes too long is told late.
func TestOrderIsBounded(t *testing.T) {
	trace := call(2, 3, 1) + call(4, 5, 1) + call(1, 6, 0)
	o := NewOrdered(NewReader(strings.NewReader(trace)))
	o.limit = 1
	want := []string{"+2", "-3", "+4", "-5", "+1", "-6"}
	if diff := cmp.Diff(want, order(t, o)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A trace that was appended to another is told behind it.
func TestOrderOfTraces(t *testing.T) {
	header := `{"type":"header","schema":1}` + "\n"
	trace := header + call(4, 5, 1) + header + call(1, 2, 0)
	want := []string{"-0", "+4", "-5", "-0", "+1", "-2"}
	if diff := cmp.Diff(want, order(t, NewOrdered(NewReader(strings.NewReader(trace))))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
