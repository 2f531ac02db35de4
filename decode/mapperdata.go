package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// mapperReplied is DM_DATA_OUT_FLAG: a message was answered.
const mapperReplied = 1 << 16

// The sizes of the structures that follow struct dm_ioctl, without the strings in them.
const (
	mapperTargetSize  = 40
	mapperNameSize    = 12
	mapperVersionSize = 16
	mapperDepsSize    = 8
	mapperSectorSize  = 8
)

// mapperData steps through the structures that follow struct dm_ioctl, of at least one size.
type mapperData struct {
	what  string // what they are in C
	size  uint64
	at    uint64 // where the next one is
	after uint64 // the end of the one before it, zero for the first
}

// next reads the next structure; nil when there is none, which it says among the elements.
func (d *mapperData) next(x *context, c *mapperCall) []byte {
	end := d.at + d.size
	switch {
	case d.at <= d.after && d.after != 0, end > c.size():
		note := append(append(x.a.Bytes(64), "misplaced "...), d.what...)
		c.elems = x.grown(c.elems, x.a.Note(x.a.Macro("???"), text(note)))
		return nil
	case x.elems == 0:
		c.more = true
		return nil
	}
	x.elems--
	at := c.at + abi.Addr(d.at)
	b := x.read(at, int(d.size))
	if b == nil {
		c.elems = x.grown(c.elems, x.a.Ptr(at, nil))
	}
	d.after = end
	return b
}

// tail decodes the string behind the structure that was read last.
func (d *mapperData) tail(x *context, c *mapperCall) value.Value {
	return x.strWithin(c.at+abi.Addr(d.after), c.size()-d.after)
}

// abridged reports whether what follows is left out, which is said if there is any.
func (x *context) abridged(c *mapperCall, any bool) bool {
	if x.c.mode.Verbose {
		return false
	}
	c.more = any
	return true
}

// mapperFollowing decodes what follows struct dm_ioctl.
func (x *context) mapperFollowing(c *mapperCall, kind mapperKind) {
	switch kind {
	case mapperTargets:
		x.mapperTargets(c)
	case mapperDevices:
		x.mapperDevices(c)
	case mapperVersions:
		x.mapperVersions(c)
	case mapperDeps:
		x.mapperDeps(c)
	case mapperString:
		x.mapperString(c)
	case mapperMessage:
		x.mapperMessage(c)
	case mapperReply:
		x.mapperReply(c)
	}
}

// mapperTargets decodes a table: what each part of a device is mapped to. In a table that is
// loaded, a part tells how far the next one is from it; in one that is read, from the first.
func (x *context) mapperTargets(c *mapperCall) {
	n := integer(c.b, 20, 4)
	if x.abridged(c, n > 0) {
		return
	}
	d := mapperData{what: "struct dm_target_spec", size: mapperTargetSize, at: c.start()}
	for ; n > 0; n-- {
		b := d.next(x, c)
		if b == nil {
			return
		}
		f := append(x.a.Fields(5),
			value.Field{Name: "sector_start", Value: x.a.Int(integer(b, 0, 8), 8, value.Unsigned)},
			value.Field{Name: "length", Value: x.a.Int(integer(b, 8, 8), 8, value.Unsigned)})
		if x.exit {
			f = append(f, x.u32Field("status", b, 16, value.Signed))
		}
		f = append(f, value.Field{Name: "target_type", Value: x.label(b[24:])}, value.Field{Name: "string", Value: d.tail(x, c)})
		c.elems = x.grown(c.elems, x.a.Struct(f, false))
		next := integer(b, 20, 4)
		if x.exit {
			d.at = c.start() + next
		} else {
			d.at = uint64(uint32(d.at + next))
		}
	}
}

// mapperDevices decodes a list of devices.
func (x *context) mapperDevices(c *mapperCall) {
	const withEvents = 37 // the version that has a number of events behind each name
	if c.start() == c.size() || x.abridged(c, true) {
		return
	}
	d := mapperData{what: "struct dm_name_list", size: mapperNameSize, at: c.start()}
	for {
		b := d.next(x, c)
		if b == nil {
			return
		}
		name := d.tail(x, c)
		f := append(x.a.Fields(3),
			value.Field{Name: "dev", Value: x.dev(integer(b, 0, 8))},
			value.Field{Name: "name", Value: name})
		next := integer(b, 8, 4)
		if s, ok := name.(*value.Str); ok && c.minor() >= withEvents {
			f = x.mapperEvent(f, c, d.at, len(s.Bytes), next)
		}
		c.elems = x.grown(c.elems, x.a.Struct(f, false))
		if next == 0 {
			return
		}
		d.at += next
	}
}

// mapperEvent adds the number of events that stands behind a device's name, if that is
// before the next device.
func (x *context) mapperEvent(f []value.Field, c *mapperCall, at uint64, name int, next uint64) []value.Field {
	end := uint64(alignUp(int(at)+mapperNameSize+name+1, 8))
	if end+4 > at+next {
		return f
	}
	n, ok := x.load(c.at+abi.Addr(end), 4)
	if !ok {
		return f
	}
	return append(f, value.Field{Name: "event_nr", Value: x.a.Int(n, 4, value.Unsigned)})
}

// mapperVersions decodes a list of target types and their versions.
func (x *context) mapperVersions(c *mapperCall) {
	if c.start() == c.size() || x.abridged(c, true) {
		return
	}
	d := mapperData{what: "struct dm_target_versions", size: mapperVersionSize, at: c.start()}
	for {
		b := d.next(x, c)
		if b == nil {
			return
		}
		f := append(x.a.Fields(2),
			value.Field{Name: "name", Value: d.tail(x, c)},
			value.Field{Name: "version", Value: x.elements(u32, 3, b[4:], c.at)})
		c.elems = x.grown(c.elems, x.a.Struct(f, false))
		next := integer(b, 0, 4)
		if next == 0 {
			return
		}
		d.at += next
	}
}

// mapperDeps decodes the devices that a device is mapped to.
func (x *context) mapperDeps(c *mapperCall) {
	if c.start() == c.size() || x.abridged(c, true) {
		return
	}
	d := mapperData{what: "struct dm_target_deps", size: mapperDepsSize, at: c.start()}
	b := d.next(x, c)
	if b == nil {
		return
	}
	n := integer(b, 0, 4)
	if n > (c.size()-d.after)/8 {
		d.at = 0
		d.next(x, c)
		return
	}
	f := append(x.a.Fields(2),
		value.Field{Name: "count", Value: x.a.Int(n, 4, value.Unsigned)},
		value.Field{Name: "deps", Value: x.array(syscalls.Custom{Name: "device", Width: 8}, n, c.at+abi.Addr(d.after))})
	c.elems = x.grown(c.elems, x.a.Struct(f, false))
}

// mapperString decodes a string.
func (x *context) mapperString(c *mapperCall) {
	if x.abridged(c, true) {
		return
	}
	d := mapperData{what: "string", at: c.start()}
	if d.at > c.size() {
		d.size = 1
		d.next(x, c)
		return
	}
	d.after = d.at
	c.elems = x.grown(c.elems, x.only("string", d.tail(x, c)))
}

// mapperMessage decodes a message to a target.
func (x *context) mapperMessage(c *mapperCall) {
	if c.start() == c.size() || x.abridged(c, true) {
		return
	}
	d := mapperData{what: "struct dm_target_msg", size: mapperSectorSize, at: c.start()}
	b := d.next(x, c)
	if b == nil {
		return
	}
	f := append(x.a.Fields(2),
		value.Field{Name: "sector", Value: x.a.Int(integer(b, 0, 8), 8, value.Unsigned)},
		value.Field{Name: "message", Value: d.tail(x, c)})
	c.elems = x.grown(c.elems, x.a.Struct(f, false))
}

// mapperReply decodes what a target answered, if it did.
func (x *context) mapperReply(c *mapperCall) {
	if integer(c.b, mapperFlags, 4)&mapperReplied != 0 {
		x.mapperString(c)
	}
}
