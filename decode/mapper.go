package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// mapperCustom names the decoders of the device mapper.
func mapperCustom(name string) custom {
	if name == "mapper" {
		return mapper
	}
	return nil
}

// The layout of struct dm_ioctl, whose data stand where it says.
const (
	mapperLeast      = 305 // where its data may begin
	mapperMajor      = 4
	mapperVersionEnd = 12
	mapperFlags      = 28
	mapperSuspends   = 1 << 1 // DM_SUSPEND_FLAG
)

// A mapperOp says what a command of the device mapper has beside its version, size and flags.
type mapperOp struct {
	name   string
	data   bool // data follow, or are to
	device bool // it is about a device
	count  bool // the number of targets is given ...
	event  bool // ... and an event
	counts bool // the answer has both
	wish   mapperKind
	answer mapperKind
}

// mapperKind is what follows struct dm_ioctl.
type mapperKind uint8

const (
	mapperNothing mapperKind = iota
	mapperTargets
	mapperDevices
	mapperVersions
	mapperDeps
	mapperString
	mapperMessage
	mapperReply
)

var mapperOps = [...]mapperOp{
	{name: "DM_VERSION", device: true},
	{name: "DM_REMOVE_ALL"},
	{name: "DM_LIST_DEVICES", data: true, answer: mapperDevices},
	{name: "DM_DEV_CREATE", device: true, counts: true},
	{name: "DM_DEV_REMOVE", device: true, event: true},
	{name: "DM_DEV_RENAME", data: true, device: true, event: true, counts: true, wish: mapperString},
	{name: "DM_DEV_SUSPEND", device: true, counts: true},
	{name: "DM_DEV_STATUS", device: true, counts: true},
	{name: "DM_DEV_WAIT", data: true, device: true, event: true, counts: true, answer: mapperTargets},
	{name: "DM_TABLE_LOAD", data: true, device: true, count: true, counts: true, wish: mapperTargets},
	{name: "DM_TABLE_CLEAR", device: true, counts: true},
	{name: "DM_TABLE_DEPS", data: true, device: true, counts: true, answer: mapperDeps},
	{name: "DM_TABLE_STATUS", data: true, device: true, counts: true, answer: mapperTargets},
	{name: "DM_LIST_VERSIONS", data: true, answer: mapperVersions},
	{name: "DM_TARGET_MSG", data: true, device: true, counts: true, wish: mapperMessage, answer: mapperReply},
	{name: "DM_DEV_SET_GEOMETRY", data: true, device: true, wish: mapperString},
	{name: "DM_DEV_ARM_POLL", device: true},
}

// A mapperCall is struct dm_ioctl with what is decoded of it: itself, and what follows.
type mapperCall struct {
	at    abi.Addr
	b     []byte
	elems []value.Value
	more  bool
}

func (c *mapperCall) size() uint64  { return integer(c.b, 12, 4) }
func (c *mapperCall) start() uint64 { return integer(c.b, 16, 4) }
func (c *mapperCall) minor() uint64 { return integer(c.b, 4, 4) }

// mapper decodes what a command of the device mapper asks and, at exit, the answer.
func mapper(x *context, w uint64) value.Value {
	c := mapperCall{at: abi.Addr(w), b: x.read(abi.Addr(w), mapperLeast)}
	switch {
	case x.exit && x.c.Result.Failed:
		return nil
	case c.b == nil || c.size() < mapperVersionEnd || x.c.mode.Opaque:
		if x.exit {
			return nil
		}
		return x.a.Int(w, x.abi.Word, value.Hex)
	}
	name, _ := uapi.IoctlCommands.For(x.abi).Find(x.arg(0))
	for i := range mapperOps {
		if mapperOps[i].name == name {
			x.mapperDecode(&c, &mapperOps[i])
		}
	}
	v := x.a.Array(c.elems, c.more, value.List)
	if x.exit {
		return v
	}
	return x.before(v)
}

func (x *context) mapperDecode(c *mapperCall, op *mapperOp) {
	f, ok := x.mapperStart(c)
	if ok {
		f = x.mapperFields(f, c, op)
	}
	c.elems = append(x.a.Values(8), x.a.Struct(f, false))
	if !ok {
		return
	}
	if x.exit {
		x.mapperFollowing(c, op.answer)
	} else {
		x.mapperFollowing(c, op.wish)
	}
}

// mapperStart decodes version and size; ok is false when they say that the rest is not
// understood.
func (x *context) mapperStart(c *mapperCall) (f []value.Field, ok bool) {
	version := value.Value(x.elements(u32, 3, c.b[:12], c.at))
	f = x.a.Fields(12)
	if integer(c.b, 0, 4) != mapperMajor {
		version = x.a.Note(version, "unsupported device mapper ABI version")
		return append(f, value.Field{Name: "version", Value: version}), false
	}
	size := value.Value(x.a.Int(c.size(), 4, value.Unsigned))
	if ok = c.size() >= mapperLeast; !ok {
		size = x.a.Note(size, "data_size too small")
	}
	return append(f, value.Field{Name: "version", Value: version}, value.Field{Name: "data_size", Value: size}), ok
}

func (x *context) mapperFields(f []value.Field, c *mapperCall, op *mapperOp) []value.Field {
	if op.data {
		f = append(f, x.u32Field("data_start", c.b, 16, value.Unsigned))
	}
	if op.device {
		f = x.mapperDevice(f, c.b)
	}
	if x.exit && op.counts || !x.exit && op.count {
		f = append(f, x.u32Field("target_count", c.b, 20, value.Unsigned))
	}
	if x.exit && op.counts {
		f = append(f, x.u32Field("open_count", c.b, 24, value.Unsigned))
	}
	resumes := op.name == "DM_DEV_SUSPEND" && integer(c.b, mapperFlags, 4)&mapperSuspends == 0
	if x.exit && op.counts || !x.exit && (op.event || resumes) {
		f = append(f, x.u32Field("event_nr", c.b, 32, value.Unsigned))
	}
	return append(f, value.Field{Name: "flags", Value: x.a.Flags(integer(c.b, mapperFlags, 4), 4, uapi.MapperFlags)})
}

// mapperDevice adds what tells a device: its number, its name and its id, if they are given.
func (x *context) mapperDevice(f []value.Field, b []byte) []value.Field {
	const number, name, id, end = 40, 48, 176, 305
	if dev := integer(b, number, 8); dev != 0 {
		f = append(f, value.Field{Name: "dev", Value: x.dev(dev)})
	}
	if b[name] != 0 {
		f = append(f, value.Field{Name: "name", Value: x.label(b[name:id])})
	}
	if b[id] != 0 {
		f = append(f, value.Field{Name: "uuid", Value: x.label(b[id:end])})
	}
	return f
}
