package trial

import (
	"reflect"
	"testing"

	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// Every kind of decoded value becomes a Go value.
func TestPlain(t *testing.T) {
	n := func(v uint64) value.Value { return &value.Int{Bits: v, Size: 4, Form: value.Signed} }
	text := &value.Str{Bytes: []byte("text")}
	for _, test := range []struct {
		v    value.Value
		want any
	}{
		{n(0xffffffff), int64(-1)},
		{&value.Int{Bits: 0xffffffff, Size: 4, Form: value.Hex}, int64(0xffffffff)},
		{&value.Flags{Bits: 3, Size: 4, Set: uapi.Signals}, int64(3)},
		{&value.Or{Parts: []value.Value{n(1), n(4)}}, int64(5)},
		{&value.FD{Num: -100}, int64(-100)},
		{&value.PID{Num: 7}, int64(7)},
		{text, "text"},
		{&value.Ptr{Addr: 16}, int64(16)},
		{&value.Ptr{Addr: 16, To: text}, "text"},
		{&value.Struct{Fields: []value.Field{{Name: "a", Value: n(1)}}}, map[string]any{"a": int64(1)}},
		{&value.Array{Elems: []value.Value{n(1), text}}, []any{int64(1), "text"}},
		{&value.Macro{Name: "htons", Args: []value.Value{n(443)}}, int64(443)},
		{&value.Macro{Name: "makedev", Args: []value.Value{n(8), n(1)}}, []any{int64(8), int64(1)}},
		{&value.Macro{Name: "makedev", Args: []value.Value{n(8), n(1)}, Number: n(2049)}, int64(2049)},
		{&value.Change{Before: n(1), After: n(2)}, int64(2)},
		{&value.Change{Before: n(1)}, int64(1)},
		{&value.Note{Of: n(1193), Text: "1000 Hz"}, int64(1193)},
		{&value.Item{Index: n(0), Of: n(5)}, int64(5)},
		{&value.Lost{Addr: 16}, nil},
		{nil, nil},
	} {
		if got := plain(test.v); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%#v becomes %#v, want %#v", test.v, got, test.want)
		}
	}
}

// Arguments and their parts are found by name, fields also without what all begin with.
func TestArg(t *testing.T) {
	c := Call{Args: []Arg{
		{"fd", int64(3)},
		{"addr", map[string]any{"sin_port": int64(443), "sin_addr": "10.0.0.1"}},
		{"msg", map[string]any{"msg_iov": []any{map[string]any{"iov_base": "data"}}}},
	}}
	for name, want := range map[string]any{
		"fd": int64(3), "addr.port": int64(443), "addr.sin_port": int64(443), "msg.iov[0].base": "data",
		"": nil, "no": nil, "fd.x": nil, "addr.no": nil, "msg.iov[1]": nil, "msg.iov[x]": nil, "msg.iov[-1].base": nil,
	} {
		if got := c.Arg(name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if c.Int("addr") != 0 || c.Text("fd") != "" || c.Int("fd") != 3 || c.Text("addr.addr") != "10.0.0.1" {
		t.Error("numbers and strings are mixed up")
	}
}
