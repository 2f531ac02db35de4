package json

import (
	"bytes"
	"math"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

var (
	letters = &uapi.Set{Name: "letters", Flags: true, Consts: []uapi.Const{{Name: "AB", Value: 3}, {Name: "C", Value: 4}}}
	seeks   = &uapi.Set{Name: "seeks", Consts: []uapi.Const{{Name: "SEEK_END", Value: 2}}}
	nothing = &uapi.Set{Name: "odd", Unknown: "O_???"}
	one     = &value.Int{Bits: 1, Size: 4}
)

// values holds each kind with each of its fields set, and its form.
var values = []struct {
	v    value.Value
	form string
}{
	{nil, `null`},
	{one, `{"int":1,"size":4}`},
	{&value.Int{Bits: math.MaxUint32, Size: 4}, `{"int":-1,"size":4}`},
	{&value.Int{Bits: 1 << 63, Size: 8}, `{"int":"-9223372036854775808","size":8}`},
	{&value.Int{Bits: math.MaxUint64, Size: 8, Form: value.Unsigned}, `{"int":"18446744073709551615","size":8,"form":"unsigned"}`},
	{&value.Int{Bits: exact, Size: 8, Form: value.Hex}, `{"int":9007199254740991,"size":8,"form":"hex"}`},
	{&value.Int{Bits: 0o644, Size: 2, Form: value.OctalMin}, `{"int":420,"size":2,"form":"mode"}`},
	{&value.Int{Size: 1, Form: value.Kibi}, `{"int":0,"size":1,"form":"kibi"}`},
	{&value.Flags{Bits: 15, Size: 4, Set: letters}, `{"flags":15,"size":4,"set":"letters","names":{"AB":3,"C":4}}`},
	{&value.Flags{Bits: 2, Size: 8, Set: seeks}, `{"enum":2,"size":8,"set":"seeks","name":"SEEK_END"}`},
	{&value.Flags{Bits: 9, Size: 4, Set: nothing}, `{"enum":9,"size":4,"set":"odd","unknown":"O_???"}`},
	{&value.Or{Parts: []value.Value{one, one}}, `{"or":[{"int":1,"size":4},{"int":1,"size":4}]}`},
	{&value.FD{Num: -1}, `{"fd":-1}`},
	{&value.FD{Num: 3, Path: "/a\xff", Deleted: true}, `{"fd":3,"path64":"L2H/","deleted":true}`},
	{&value.FD{Num: 2, Set: seeks, Path: "/"}, `{"fd":2,"set":"seeks","name":"SEEK_END","path":"/"}`},
	{&value.FD{Num: 4, Object: &value.Device{Block: true, Major: 8, Minor: 1, Peer: "/dev/pts/0"}}, `{"fd":4,"object":{"device":"block","major":8,"minor":1,"terminal":"/dev/pts/0"}}`},
	{&value.FD{Num: 4, Object: &value.Socket{Protocol: "TCP", Inode: 7, Local: netip.MustParseAddrPort("127.0.0.1:80"), Remote: netip.MustParseAddrPort("[::1]:9")}}, `{"fd":4,"object":{"socket":"TCP","inode":7,"local":"127.0.0.1:80","remote":"[::1]:9"}}`},
	{&value.FD{Num: 4, Object: &value.Socket{Protocol: "UNIX", Inode: 7, Peer: 8, Name: []byte("x"), Abstract: true, Bound: true, Family: 1, Port: 2}}, `{"fd":4,"object":{"socket":"UNIX","inode":7,"peer":8,"bound":"x","abstract":true,"family":1,"port":2}}`},
	{&value.FD{Num: 4, Object: &value.PIDFD{PID: 12, Comm: "sh"}}, `{"fd":4,"object":{"pidfd":12,"comm":"sh"}}`},
	{&value.FD{Num: 4, Object: &value.EventFD{Count: 1, ID: 2, Semaphore: true}}, `{"fd":4,"object":{"eventfd":1,"id":2,"semaphore":true}}`},
	{&value.FD{Num: 4, Object: &value.SignalFD{Signals: &value.Array{Style: value.Members, Elems: []value.Value{one}}}}, `{"fd":4,"object":{"signalfd":{"members":[{"int":1,"size":4}]}}}`},
	{&value.PID{Num: 5, Group: true, Comm: "sh", Ours: 6}, `{"pid":5,"group":true,"comm":"sh","ours":6}`},
	{&value.Str{Bytes: []byte("a\"\\\n\x00\u00e9"), More: true, Path: true}, `{"str":"a\"\\\n\u0000é","more":true,"path":true}`},
	{&value.Str{Bytes: []byte("a\x00"), NUL: true}, `{"str":"a\u0000","nul":true}`},
	{&value.Str{Bytes: []byte{0xff, 0xfe}, Abstract: true, Binary: true}, `{"str64":"//4=","abstract":true,"binary":true}`},
	{&value.Ptr{Addr: math.MaxUint64}, `{"ptr":"0xffffffffffffffff"}`},
	{&value.Ptr{Addr: 16, To: one}, `{"ptr":"0x10","to":{"int":1,"size":4}}`},
	{&value.Struct{Fields: []value.Field{{Name: "a", Value: one}, {Name: "", Value: one}}, More: true}, `{"struct":[{"name":"a","value":{"int":1,"size":4}},{"name":"","value":{"int":1,"size":4}}],"more":true}`},
	{&value.Array{Elems: []value.Value{one}, More: true}, `{"array":[{"int":1,"size":4}],"more":true}`},
	{&value.Array{Style: value.Absent, Elems: []value.Value{one}}, `{"absent":[{"int":1,"size":4}]}`},
	{&value.Macro{Name: "htons", Args: []value.Value{one}}, `{"macro":"htons","args":[{"int":1,"size":4}]}`},
	{&value.Macro{Name: "A or B", Number: one}, `{"macro":"A or B","args":[],"number":{"int":1,"size":4}}`},
	{&value.Macro{Name: "X"}, `{"macro":"X","args":[]}`},
	{&value.Change{Before: one, After: one, Apart: true}, `{"before":{"int":1,"size":4},"after":{"int":1,"size":4},"apart":true}`},
	{&value.Change{After: one}, `{"before":null,"after":{"int":1,"size":4}}`},
	{&value.Note{Of: one, Text: "20 vars"}, `{"note":"20 vars","of":{"int":1,"size":4}}`},
	{&value.Note{Text: ""}, `{"note":""}`},
	{&value.Note{Of: one, Text: "18 Hz", Meaning: true}, `{"note":"18 Hz","meaning":true,"of":{"int":1,"size":4}}`},
	{&value.Array{Style: value.Members, Elems: []value.Value{one}, Words: &value.Array{Elems: []value.Value{one}}}, `{"members":[{"int":1,"size":4}],"words":{"array":[{"int":1,"size":4}]}}`},
	{&value.Item{Index: one, Of: one}, `{"index":{"int":1,"size":4},"of":{"int":1,"size":4}}`},
	{&value.Lost{Addr: 1}, `{"lost":"0x1"}`},
}

// sameSet takes sets for equal that give a value the same names; a set that was read
// has no others.
var sameSet = cmp.Comparer(func(a, b *uapi.Set) bool {
	return a == b || a != nil && b != nil && a.Name == b.Name && a.Flags == b.Flags
})

// Every kind has its form, and from the form comes the same value.
func TestValues(t *testing.T) {
	for _, test := range values {
		form := AppendValue([]byte("x"), test.v)[1:]
		if string(form) != test.form {
			t.Errorf("%#v\n got %s\nwant %s", test.v, form, test.form)
			continue
		}
		p := &parser{data: form}
		back := p.value()
		if p.err != nil {
			t.Errorf("%s: %v", form, p.err)
		}
		if diff := cmp.Diff(test.v, back, sameSet, cmpopts.EquateEmpty(), cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })); diff != "" {
			t.Errorf("%s (-want +got):\n%s", form, diff)
		}
		if again := AppendValue([]byte("x"), back); !bytes.Equal(again[1:], form) {
			t.Errorf("written again:\n got %s\nwant %s", again[1:], form)
		}
	}
}

// Writing allocates nothing once the buffer is large enough.
func TestAppendValueAllocatesNothing(t *testing.T) {
	buf := make([]byte, 0, 1<<16)
	allocations := testing.AllocsPerRun(100, func() {
		for i := range values {
			buf = AppendValue(buf[:0], values[i].v)
		}
	})
	if allocations != 0 {
		t.Errorf("%v allocations", allocations)
	}
}

func TestParserRefuses(t *testing.T) {
	for _, text := range []string{
		``, `{`, `{}`, `[]`, `{"int":1`, `{"int":1,"size":9}`, `{"int":1.5,"size":4}`, `{"int":"x","size":4}`,
		`{"int":99999999999999999999,"size":8}`, `{"int":1,"str":"a"}`, `{"str":"a`, "{\"str\":\"\x01\"}",
		`{"str":"\x"}`, `{"str":"\u12"}`, `{"str64":"!"}`, `{"int":1,"size":4,"form":"roman"}`, `{"or":[1]}`,
		`{"fd":1,"object":{}}`, `{"fd":1,"object":{"signalfd":null}}`, `{"fd":1,"object":{"socket":"","local":"x"}}`, `nul`,
		`{"macro":"\u001b[31m","args":[]}`, `{"struct":[{"name":"é","value":null}]}`, `{"flags":1,"size":1,"set":"x","names":{"\n":1}}`,
	} {
		p := &parser{data: []byte(text)}
		if v := p.value(); p.err == nil {
			t.Errorf("%s: accepted as %#v", text, v)
		}
	}
}

func TestText(t *testing.T) {
	p := &parser{data: []byte(`"\u00e9\ud83d\ude00\ud800x\/\b\f\r\t"`)}
	if got, want := string(p.text()), "é😀\ufffdx/\b\f\r\t"; got != want || p.err != nil {
		t.Errorf("got %q, %v; want %q", got, p.err, want)
	}
}

func TestNestingIsBounded(t *testing.T) {
	deep := bytes.Repeat([]byte(`{"ptr":"0x1","to":`), maxNesting+1)
	p := &parser{data: deep}
	if p.value(); p.err == nil {
		t.Error("accepted")
	}
}
