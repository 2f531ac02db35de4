package strace

import (
	"regexp"
	"testing"

	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

var (
	colors = &uapi.Set{Name: "colors", Unknown: "COLOR_???", Consts: []uapi.Const{{Name: "RED", Value: 0}, {Name: "BLUE", Value: 2}}}
	tastes = &uapi.Set{Name: "tastes", Unknown: "T_???", Flags: true, Consts: []uapi.Const{{Name: "BITTERSWEET", Value: 3}, {Name: "BITTER", Value: 1}, {Name: "SWEET", Value: 2}, {Name: "SOUR", Value: 8}}}
	types  = &uapi.Set{Name: "file types", Consts: []uapi.Const{{Name: "S_IFREG", Value: 0o100000}}}
)

func num(n int64) *value.Int { return &value.Int{Bits: uint64(n), Size: 4} }

func TestValues(t *testing.T) {
	hex := func(bits uint64) *value.Int { return &value.Int{Bits: bits, Size: 8, Form: value.Hex} }
	flags := func(bits uint64, set *uapi.Set) *value.Flags { return &value.Flags{Bits: bits, Size: 4, Set: set} }
	mode := &value.Or{Parts: []value.Value{flags(0o100000, types), &value.Int{Bits: 0o644, Size: 4, Form: value.OctalMin}}}
	list := func(style value.Style, more bool, elems ...value.Value) *value.Array {
		return &value.Array{Elems: elems, More: more, Style: style}
	}
	for _, tt := range []struct {
		v                    value.Value
		abbrev, raw, verbose string // raw and verbose empty: as abbrev
	}{
		{num(-5), "-5", "", ""},
		{&value.Int{Bits: 1<<32 | 7, Size: 4, Form: value.Unsigned}, "7", "", ""},
		{hex(0), "0", "", ""},
		{&value.Int{Form: value.OctalMin}, "000", "", ""},
		{&value.Int{Bits: 7, Form: value.OctalMin}, "007", "", ""},
		{&value.Int{Bits: 0o1777, Form: value.Octal}, "01777", "", ""},
		{&value.Int{Form: value.Octal}, "0", "", ""},
		{&value.Int{Form: value.Address}, "NULL", "", ""},
		{&value.Int{Bits: 0x1f, Size: 4, Form: value.HexFull}, "0x0000001f", "", ""},
		{&value.Int{Bits: 0x12, Size: 4, Form: value.HexAlt}, "0x000012", "", ""},
		{&value.Int{Bits: 8 << 20, Size: 8, Form: value.Kibi}, "8192*1024", "8388608", "8388608 /* 8192*1024 */"},
		{flags(0, colors), "RED", "0", "0 /* RED */"},
		{flags(7, colors), "0x7 /* COLOR_??? */", "0x7", "0x7 /* COLOR_??? */"},
		{flags(0, tastes), "0", "", ""},
		{flags(11, tastes), "BITTERSWEET|SOUR", "0xb", "0xb /* BITTERSWEET|SOUR */"},
		{flags(0x12, tastes), "SWEET|0x10", "0x12", "0x12 /* SWEET|0x10 */"},
		{flags(0x30, tastes), "0x30 /* T_??? */", "0x30", "0x30 /* T_??? */"},
		{flags(9, uapi.Signals), "SIGKILL", "9", "9 /* SIGKILL */"},
		{flags(1000, uapi.Signals), "1000", "", ""},
		{mode, "S_IFREG|0644", "0100644", "0100644 /* S_IFREG|0644 */"},
		{&value.Or{Parts: []value.Value{flags(2, tastes), flags(17, uapi.Signals)}}, "SWEET|SIGCHLD", "0x2|17", "0x2 /* SWEET */|17 /* SIGCHLD */"},
		{&value.Or{Parts: []value.Value{flags(0, tastes), flags(0, uapi.Signals)}}, "0", "", ""},
		{&value.Or{Parts: []value.Value{flags(0, colors), flags(8, tastes)}}, "RED|SOUR", "0|0x8", "0 /* RED */|0x8 /* SOUR */"},
		{&value.FD{Num: 3, Path: "/tmp/a<b>\"\n"}, `3</tmp/a\74b\76\"\n>`, "", ""},
		{&value.Ptr{Addr: 0x10}, "0x10", "", ""},
		{&value.Ptr{}, "NULL", "", ""},
		{&value.Ptr{Addr: 0x10, To: num(16)}, "[16]", "", ""},
		{&value.Ptr{Addr: 0x10, To: &value.Change{Before: num(28), After: num(16)}}, "[28 => 16]", "", ""},
		{list(value.List, false, &value.Change{Before: num(28), After: num(16)}), "[28 => 16]", "", ""},
		{&value.Change{Before: num(1), Apart: true}, "1", "", ""},
		{list(value.List, true, num(1), num(2)), "[1, 2, ...]", "", ""},
		{list(value.List, false, num(1), &value.Lost{Addr: 0x20}), "[1, ... /* 0x20 */]", "", ""},
		{list(value.Members, false, num(1), num(2)), "[1 2]", "", ""},
		{list(value.Absent, false), "~[]", "", ""},
		{&value.Struct{Fields: []value.Field{{Name: "a", Value: num(1)}, {Value: num(2)}}, More: true}, "{a=1, 2, ...}", "", ""},
		{&value.Struct{More: true}, "{...}", "", ""},
		{&value.Macro{Name: "makedev", Args: []value.Value{hex(8), hex(1)}}, "makedev(0x8, 0x1)", "0x801", "0x801 /* makedev(0x8, 0x1) */"},
		{&value.Macro{Name: "htons", Args: []value.Value{num(80)}}, "htons(80)", `"\x00\x50"`, `"\x00\x50" /* htons(80) */`},
		{&value.Macro{Name: "inet_addr", Args: []value.Value{&value.Str{Bytes: []byte("127.0.0.1")}}}, `inet_addr("127.0.0.1")`, `"\x7f\x00\x00\x01"`, `"\x7f\x00\x00\x01" /* inet_addr("127.0.0.1") */`},
		{&value.Macro{Name: "A or B", Number: hex(0x31)}, "A or B", "0x31", "0x31 /* A or B */"},
		{&value.Or{Parts: []value.Value{&value.Flags{Size: 4, Set: uapi.StatxSync}, &value.Flags{Bits: 0x1000, Size: 4, Set: uapi.AtFlags}}},
			"AT_STATX_SYNC_AS_STAT|AT_EMPTY_PATH", "|0x1000", "0 /* AT_STATX_SYNC_AS_STAT */|0x1000 /* AT_EMPTY_PATH */"},
		{&value.Macro{Name: "UTIME_NOW"}, "UTIME_NOW", "", ""},
		{&value.Item{Index: hex(2), Of: hex(5)}, "[0x2]=0x5", "", ""},
		{&value.Note{Of: hex(0x7ffe), Text: "20 vars\x1b"}, `0x7ffe /* 20 vars\033 */`, "", ""},
		{&value.Lost{Addr: 0x30}, "0x30", "", ""},
	} {
		for constants, want := range map[Constants]string{Abbrev: tt.abbrev, Raw: tt.raw, Verbose: tt.verbose} {
			if want == "" {
				want = tt.abbrev
			}
			s := Style{Constants: constants}
			if got := string(s.AppendValue(nil, tt.v)); got != want {
				t.Errorf("%T in style %d: %s, want %s", tt.v, constants, got, want)
			}
		}
	}
}

func TestStrings(t *testing.T) {
	for _, tt := range []struct {
		in                         string
		octal, chars, ascii, every string
	}{
		{"abc\t\n\v\f\r", `abc\t\n\v\f\r`, `abc\t\n\v\f\r`, `abc\t\n\v\f\r`, `\x61\x62\x63\x09\x0a\x0b\x0c\x0d`},
		{"a\"\\\x00", `a\"\\\0`, `a\"\\\x00`, `\x61\x22\x5c\x00`, `\x61\x22\x5c\x00`},
		{"\x007\x008", `\0007\08`, `\x007\x008`, `\x00\x37\x00\x38`, `\x00\x37\x00\x38`},
		{"\x1b\x7fé", `\33\177\303\251`, `\x1b\x7f\xc3\xa9`, `\x1b\x7f\xc3\xa9`, `\x1b\x7f\xc3\xa9`},
	} {
		for escape, want := range map[Escape]string{Octal: tt.octal, HexChars: tt.chars, HexASCII: tt.ascii, HexAll: tt.every} {
			s := Style{Escape: escape}
			got := string(s.AppendValue(nil, &value.Str{Bytes: []byte(tt.in), More: true}))
			if want = `"` + want + `"...`; got != want {
				t.Errorf("%q escaped by %d: %s, want %s", tt.in, escape, got, want)
			}
		}
	}
}

var escapes = regexp.MustCompile("\x1b\\[[0-9]+m")

// FuzzValue renders trees of any shape: nothing but printable ASCII may come out.
func FuzzValue(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x1b[2J"))
	f.Add([]byte{7, 3, 4, 9, 6, 5, 4, 200, 201, 0xc3, 0xa9, 2, 2, 2, 8, 8, 8})
	f.Fuzz(func(t *testing.T, seed []byte) {
		v := (&grower{seed: seed}).value(4)
		for constants := Abbrev; constants <= Verbose; constants++ {
			for escape := Octal; escape <= HexAll; escape++ {
				s := Style{Constants: constants, Escape: escape}
				bare := string(s.AppendValue(nil, v))
				for _, c := range []byte(bare) {
					if c < ' ' || c >= 0x7f {
						t.Fatalf("byte %#x in %q", c, bare)
					}
				}
				s.Color = true
				if got := escapes.ReplaceAllString(string(s.AppendValue(nil, v)), ""); got != bare {
					t.Fatalf("in color %q, else %q", got, bare)
				}
			}
		}
	})
}

// A grower makes a tree of bytes.
type grower struct{ seed []byte }

func (g *grower) byte() byte {
	if len(g.seed) == 0 {
		return 0
	}
	b := g.seed[0]
	g.seed = g.seed[1:]
	return b
}

func (g *grower) bytes() []byte {
	n := min(int(g.byte()%16), len(g.seed))
	b := g.seed[:n]
	g.seed = g.seed[n:]
	return b
}

func (g *grower) bits() uint64 {
	b := g.byte()
	return uint64(b)<<(b%56) | uint64(g.byte())
}

func (g *grower) values(depth int) []value.Value {
	var vs []value.Value
	for range g.byte() % 4 {
		vs = append(vs, g.value(depth))
	}
	return vs
}

func (g *grower) value(depth int) value.Value {
	kind := g.byte() % 12
	if depth == 0 {
		kind %= 5
	}
	switch kind {
	case 0:
		return &value.Int{Bits: g.bits(), Size: g.byte() % 16, Form: value.Form(g.byte() % 12)}
	case 1:
		set := []*uapi.Set{colors, tastes, uapi.Signals, uapi.OpenFlags}[g.byte()%4]
		return &value.Flags{Bits: g.bits(), Size: g.byte() % 9, Set: set}
	case 2:
		return &value.FD{Num: int32(g.bits()), Path: string(g.bytes())}
	case 3:
		return &value.Str{Bytes: g.bytes(), More: g.byte()%2 == 0, Binary: g.byte()%2 == 0}
	case 4:
		return &value.Lost{}
	case 5:
		return &value.Or{Parts: g.values(depth - 1)}
	case 6:
		return &value.Ptr{Addr: 1, To: g.value(depth - 1)}
	case 7:
		var fields []value.Field
		for _, v := range g.values(depth - 1) {
			fields = append(fields, value.Field{Name: "f", Value: v})
		}
		return &value.Struct{Fields: fields, More: g.byte()%2 == 0}
	case 8:
		return &value.Array{Elems: g.values(depth - 1), More: g.byte()%2 == 0, Style: value.Style(g.byte() % 3)}
	case 9:
		name := []string{"makedev", "htons", "htonl", "inet_addr", "MACRO"}[g.byte()%5]
		return &value.Macro{Name: name, Args: g.values(depth - 1)}
	case 10:
		return &value.Change{Before: g.value(depth - 1), After: g.value(depth - 1), Apart: g.byte()%2 == 0}
	}
	return &value.Note{Of: g.value(depth - 1), Text: string(g.bytes())}
}
