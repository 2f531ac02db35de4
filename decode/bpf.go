package decode

import (
	"bytes"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// bpfCustom names the decoders of bpf.
func bpfCustom(name string) custom {
	switch name {
	case "bpfAttr":
		return bpfAttr
	case "bpfText":
		return bpfText
	case "bpfTracepointName":
		return bpfTracepointName
	case "bpfPath":
		return bpfPath
	case "bpfLog":
		return bpfLog
	case "bpfBuffer":
		return bpfBuffer
	case "bpfBinary":
		return bpfBinary
	case "bpfHexes":
		return bpfHexes
	case "bpfIDs":
		return bpfIDs
	case "bpfSymbols":
		return bpfSymbols
	case "bpfMaps":
		return bpfMaps
	case "bpfIDsGot":
		return bpfIDsGot
	case "bpfFlagsGot":
		return bpfFlagsGot
	case "bpfNode":
		return bpfNode
	case "bpfExtra":
		return bpfExtra
	case "bpfFilled":
		return bpfFilled
	case "bpfProgram":
		return bpfProgram
	case "bpfVersion":
		return bpfVersion
	}
	return nil
}

// A bpfCommand says which attributes a command has.
type bpfCommand struct {
	member string // the member of union bpf_attr that they are, empty for those without a name
	size   int    // up to the last of them
	kept   int    // where what the kernel changes lies
	counts bool   // the kernel changes that only, which is shown behind the rest
	fields []bpfField
	more   func(*bpfData) *bpfCommand // others that their values decide; nil: none
}

// A bpfField is one attribute, at a place.
type bpfField struct {
	name string
	at   int
	kind syscalls.Type
	n    int                 // where the length lies of what it points to
	over int                 // only attributes of more bytes than this have it
	when func(*bpfData) bool // nil: always
	late bool                // the kernel writes it or something behind it: it is decoded at exit
}

// bpfData is the attributes of one call, followed by zeros up to bpfRoom.
type bpfData struct {
	bytes []byte
	size  int    // what the caller gave
	count uint64 // the length that belongs to the attribute being decoded
}

func (d *bpfData) u32(at int) uint64 { return integer(d.bytes, at, 4) }

const (
	bpfRoom    = 176  // more than any command has
	bpfLargest = 4096 // the kernel takes no more
)

// bpfAttr decodes union bpf_attr. Its arguments are the command and the size.
func bpfAttr(x *context, w uint64) value.Value {
	command, size, commands := x.arg(0), x.arg(1), bpfCommands()
	if command >= uint64(len(commands)) || size == 0 || size > bpfLargest || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	b := x.read(abi.Addr(w), int(size))
	if b == nil {
		return x.a.Lost(abi.Addr(w))
	}
	x.bpf = bpfData{bytes: x.padded(b, bpfRoom), size: int(size)}
	c := &commands[command]
	if c.counts {
		return x.bpfCounted(c, b)
	}
	f, known, done := x.bpfFields(x.bpfBegun(c), c, &x.bpf)
	if !done {
		x.keep(x.bpf.u32(c.kept), true)
		x.keepValue(x.a.Struct(f, false))
		return nil
	}
	return x.bpfUnion(c, f, b, known)
}

// bpfBegun returns the attributes that the entry has decoded, with room for the others.
func (x *context) bpfBegun(c *bpfCommand) []value.Field {
	f := x.a.Fields(len(c.fields) + maxVariant)
	if s, ok := x.keptValue().(*value.Struct); ok && x.exit {
		f = append(f, s.Fields...)
	}
	return f
}

// bpfCounted decodes attributes of which the kernel changes a count, and at exit that count.
func (x *context) bpfCounted(c *bpfCommand, b []byte) value.Value {
	n := x.bpf.u32(c.kept)
	if !x.exit {
		x.keep(n, true)
		f, known, _ := x.bpfFields(x.bpfBegun(c), c, &x.bpf)
		v := x.a.Change(x.bpfUnion(c, f, b, known), nil)
		v.Apart = true
		return v
	}
	if before, _ := x.kept(); before == n {
		return nil
	}
	count := x.a.Struct(append(x.a.Fields(1), value.Field{Name: "count", Value: x.a.Int(n, 4, value.Unsigned)}), false)
	return x.a.Struct(append(x.a.Fields(1), value.Field{Name: c.member, Value: count}), false)
}

// padded is b with zeros behind it up to n bytes.
func (x *context) padded(b []byte, n int) []byte {
	if len(b) >= n {
		return b
	}
	p := x.a.Bytes(n)[:n]
	clear(p[copy(p, b):])
	return p
}

// bpfUnion makes the union of the attributes and what lies behind them, from known on.
func (x *context) bpfUnion(c *bpfCommand, f []value.Field, b []byte, known int) value.Value {
	if c.member != "" {
		f = append(x.a.Fields(2), value.Field{Name: c.member, Value: x.a.Struct(f, false)})
	}
	if known >= len(b) || len(bytes.Trim(b[known:], "\x00")) == 0 {
		return x.a.Struct(f, false)
	}
	if !x.c.mode.Verbose {
		return x.a.Struct(f, true)
	}
	extra := x.a.Str(b[known:], false)
	extra.Binary = true
	note := x.a.Note(extra, x.rangeText(uint64(known), uint64(len(b)-1)))
	return x.a.Struct(append(f, value.Field{Name: "extra_data", Value: note}), false)
}

// maxVariant is room for the attributes that others decide.
const maxVariant = 4

// bpfFields adds the attributes of a command and returns where they end; done is false
// when some have to wait for the exit.
func (x *context) bpfFields(f []value.Field, c *bpfCommand, d *bpfData) (all []value.Field, known int, done bool) {
	f, done = x.bpfPlain(f, c, d)
	if c.more == nil {
		return f, c.size, done
	}
	variant := c.more(d)
	if variant == nil || d.size <= c.size {
		return f, c.size, done
	}
	if variant.member == "" {
		f, _ = x.bpfPlain(f, variant, d)
		return f, variant.size, done
	}
	more, _ := x.bpfPlain(x.a.Fields(len(variant.fields)), variant, d)
	return append(f, value.Field{Name: variant.member, Value: x.a.Struct(more, false)}), variant.size, done
}

// bpfPlain adds those attributes of a command that no others replace: at entry those before
// the first that is late, at exit those from there on.
func (x *context) bpfPlain(f []value.Field, c *bpfCommand, d *bpfData) (all []value.Field, done bool) {
	late := x.exit && len(f) > 0
	for i := range c.fields {
		p := &c.fields[i]
		if d.size <= p.over || p.when != nil && !p.when(d) {
			continue
		}
		if p.late && !x.exit {
			return f, false
		}
		if late = late && !p.late; late {
			continue
		}
		d.count = d.u32(p.n)
		f = append(f, value.Field{Name: p.name, Value: x.bpfValue(p, d)})
	}
	return f, true
}

// bpfValue decodes an attribute. A name may be cut by the end of the attributes.
func (x *context) bpfValue(p *bpfField, d *bpfData) value.Value {
	if s, ok := p.kind.(syscalls.Str); ok {
		s.Room = min(s.Room, d.size-p.at)
		return x.element(s, d.bytes, p.at, 0)
	}
	return x.element(p.kind, d.bytes, p.at, 0)
}

// What several commands have. A pointer has 64 bits under every ABI.
var (
	bpfName = syscalls.Str{Room: 16, Path: true}

	bpfTextType     = bpfKind("bpfText")
	bpfSymbol       = syscalls.Custom{Name: "bpfText", Width: syscalls.Long} // in a list, a pointer as the program has them
	bpfAttachFlags  = bpfFlags(uapi.BPFAttachFlags)
	bpfFilledLength = syscalls.Custom{Name: "bpfFilled", Width: 4}
	bpfIndex        = syscalls.Custom{Name: "interface", Width: 4}
)

// bpfKind is a pointer that the decoder of that name follows.
func bpfKind(decoder string) syscalls.Type { return syscalls.Custom{Name: decoder, Width: 8} }

func bpfFlags(set *uapi.Set) syscalls.Type   { return syscalls.Bits{Width: 4, Set: set} }
func bpfFlags64(set *uapi.Set) syscalls.Type { return syscalls.Bits{Width: 8, Set: set} }

// bpfText decodes a string that ends with a NUL.
func bpfText(x *context, w uint64) value.Value {
	v := x.pointed(w, func(at abi.Addr) value.Value { return x.str(syscalls.Str{}, at) })
	if lost, ok := v.(*value.Lost); ok { // which in a list would be the end of it
		return x.a.Ptr(lost.Addr, nil)
	}
	return v
}

// bpfTracepointName decodes the name of a tracepoint; the kernel reads no more of it.
func bpfTracepointName(x *context, w uint64) value.Value {
	const most = 128
	return x.pointed(w, func(at abi.Addr) value.Value { return x.strWithin(at, most) })
}

func bpfPath(x *context, w uint64) value.Value {
	return x.pointed(w, func(at abi.Addr) value.Value { return x.str(syscalls.Str{Path: true}, at) })
}

// bpfLog decodes a string in a buffer of so many bytes.
func bpfLog(x *context, w uint64) value.Value {
	return x.pointed(w, func(at abi.Addr) value.Value { return x.strWithin(at, x.bpf.count) })
}

func bpfBuffer(x *context, w uint64) value.Value {
	if w != x.abi.TruncateWord(w) { // nothing of no length is there either
		return x.a.Lost(abi.Addr(w))
	}
	return x.pointed(w, func(at abi.Addr) value.Value { return x.buffer(at, x.bpf.count) })
}

// bpfBinary decodes bytes that are no text.
func bpfBinary(x *context, w uint64) value.Value {
	v := bpfBuffer(x, w)
	if p, ok := v.(*value.Ptr); ok {
		if s, ok := p.To.(*value.Str); ok {
			s.Binary = true
		}
	}
	return v
}

func bpfHexes(x *context, w uint64) value.Value   { return x.bpfList(w, x64) }
func bpfIDs(x *context, w uint64) value.Value     { return x.bpfList(w, u32) }
func bpfSymbols(x *context, w uint64) value.Value { return x.bpfList(w, bpfSymbol) }
func bpfMaps(x *context, w uint64) value.Value    { return x.bpfList(w, bpfIterInfo) }

func (x *context) bpfList(w uint64, elem syscalls.Type) value.Value {
	return x.pointed(w, func(at abi.Addr) value.Value { return x.array(elem, x.bpf.count, at) })
}

// bpfIDsGot and bpfFlagsGot decode lists that the kernel fills.
func bpfIDsGot(x *context, w uint64) value.Value   { return x.bpfListGot(w, u32) }
func bpfFlagsGot(x *context, w uint64) value.Value { return x.bpfListGot(w, bpfAttachFlags) }

func (x *context) bpfListGot(w uint64, elem syscalls.Type) value.Value {
	if x.c.Result.Failed && x.bpf.count > 0 {
		return x.a.Ptr(abi.Addr(w), nil)
	}
	return x.bpfList(w, elem)
}

// bpfNode decodes a node of memory.
func bpfNode(x *context, w uint64) value.Value {
	n := x.a.Int(w, 4, value.Unsigned)
	if w != 1<<32-1 {
		return n
	}
	return x.a.Note(n, "NUMA_NO_NODE")
}

// bpfExtra decodes what a map's type gives a meaning.
func bpfExtra(x *context, w uint64) value.Value {
	n := x.a.Int(w, 8, value.Unsigned)
	if w != 1<<64-1 {
		return n
	}
	m := x.a.Macro("UINT64_MAX")
	m.Number = n
	return m
}

// bpfFilled decodes a length that the kernel changes to what there was.
func bpfFilled(x *context, w uint64) value.Value {
	after := x.a.Int(w, 4, value.Unsigned)
	if before, had := x.kept(); had && before != w {
		return x.a.Change(x.a.Int(before, 4, value.Unsigned), after)
	}
	return after
}

// bpfHas tells whether the flags at a place have one of the bits.
func bpfHas(at int, bits uint64) func(*bpfData) bool {
	return func(d *bpfData) bool { return d.u32(at)&bits != 0 }
}

// bpfLacks is the reverse of bpfHas.
func bpfLacks(at int, bits uint64) func(*bpfData) bool {
	return func(d *bpfData) bool { return d.u32(at)&bits == 0 }
}
