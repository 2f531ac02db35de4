package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// btrfsTreeCustom names the decoders of what is found in the trees of btrfs.
func btrfsTreeCustom(name string) custom {
	switch name {
	case "btrfsObject":
		return btrfsObject
	case "btrfsKey":
		return btrfsKey
	case "most64":
		return most64
	case "btrfsFirst":
		return btrfsFirst
	case "btrfsLast":
		return btrfsLast
	case "btrfsFound":
		return btrfsFound
	case "btrfsFoundWithin":
		return btrfsFoundWithin
	case "btrfsPaths":
		return btrfsPaths
	case "btrfsInodes":
		return btrfsInodes
	case "btrfsLookup":
		return btrfsLookup
	}
	return nil
}

// btrfsObject decodes the id of an object, btrfsKey the type of an item, and most64 a number
// whose largest stands for all.
func btrfsObject(x *context, w uint64) value.Value { return x.decimal(uapi.BtrfsObjects, w, 8) }
func btrfsKey(x *context, w uint64) value.Value    { return x.decimal(uapi.BtrfsKeys, w, 4) }
func most64(x *context, w uint64) value.Value      { return x.decimal(uapi.Most64, w, 8) }

// decimal is a number in decimal, with its name if it has one.
func (x *context) decimal(set *uapi.Set, w uint64, size int) value.Value {
	n := x.a.Int(w, size, value.Unsigned)
	name, ok := set.Find(w)
	if !ok {
		return n
	}
	m := x.a.Macro(name)
	m.Number = n
	return m
}

// The ids between which programs may make objects.
const (
	btrfsFirstFree = 256
	btrfsLastFree  = 1<<64 - 256
)

var btrfsID = syscalls.Custom{Name: "btrfsObject", Width: 8}

// btrfsFirst and btrfsLast decode the ids that a search is between.
func btrfsFirst(x *context, w uint64) value.Value {
	return x.btrfsBound("min_objectid", w, btrfsFirstFree)
}

func btrfsLast(x *context, w uint64) value.Value {
	return x.btrfsBound("max_objectid", w, btrfsLastFree)
}

func (x *context) btrfsBound(name string, w, usual uint64) value.Value {
	id, ok := x.load(abi.Addr(w), 8)
	if !ok || id == usual && !x.c.mode.Verbose {
		return nil
	}
	return x.only(name, btrfsObject(x, id))
}

var btrfsHeader = &syscalls.Record{Name: "btrfs_ioctl_search_header", Fields: []syscalls.Param{
	{Name: "transid", Type: u64},
	{Name: "objectid", Type: btrfsID},
	{Name: "offset", Type: u64},
	{Name: "type", Type: syscalls.Custom{Name: "btrfsKey", Width: 4}},
	{Name: "len", Type: u32},
}}

const (
	btrfsHeaderSize = 32
	btrfsFoundRoom  = 3992 // BTRFS_SEARCH_ARGS_BUFSIZE
	btrfsItems      = 40   // from the number of items to the end of the key that holds it
)

// btrfsFound decodes the items that a search found, which stand behind its key.
func btrfsFound(x *context, w uint64) value.Value {
	return x.btrfsItems(abi.Addr(w), btrfsItems, btrfsFoundRoom)
}

// btrfsFoundWithin decodes them where a field says how much room there is.
func btrfsFoundWithin(x *context, w uint64) value.Value {
	return x.btrfsItems(abi.Addr(w), btrfsItems+8, x.arg(0))
}

func (x *context) btrfsItems(at abi.Addr, count abi.Addr, size uint64) value.Value {
	n, _ := x.load(at-count, 4)
	list := x.a.Array(nil, false, value.List)
	for off := uint64(0); n > 0; n-- {
		if size < btrfsHeaderSize || off > size-btrfsHeaderSize || x.elems == 0 {
			list.More = true
			return list
		}
		b := x.read(at+abi.Addr(off), btrfsHeaderSize)
		if b == nil {
			list.Elems = x.grown(list.Elems, x.cut(at+abi.Addr(off)))
			return list
		}
		x.elems--
		list.Elems = x.grown(list.Elems, x.record(btrfsHeader, b, at+abi.Addr(off)))
		off += btrfsHeaderSize + integer(b, 28, 4)
	}
	return list
}

// btrfsContainer is the size of struct btrfs_data_container before its values.
const btrfsContainer = 16

// btrfsHolder decodes what lies at a container that the kernel filled; list decodes its
// values.
func (x *context) btrfsHolder(w uint64, list func(at abi.Addr, n uint64) value.Value) value.Value {
	return x.pointed(w, func(at abi.Addr) value.Value {
		b := x.read(at, btrfsContainer)
		if b == nil {
			return x.a.Lost(at)
		}
		f := append(x.a.Fields(5),
			x.u32Field("bytes_left", b, 0, value.Unsigned),
			x.u32Field("bytes_missing", b, 4, value.Unsigned),
			x.u32Field("elem_cnt", b, 8, value.Unsigned),
			x.u32Field("elem_missed", b, 12, value.Unsigned))
		if !x.c.mode.Verbose {
			return x.a.Struct(f, true)
		}
		return x.a.Struct(append(f, value.Field{Name: "val", Value: list(at+btrfsContainer, integer(b, 8, 4))}), false)
	})
}

// btrfsPaths decodes the names of an inode.
func btrfsPaths(x *context, w uint64) value.Value {
	return x.btrfsHolder(w, func(at abi.Addr, n uint64) value.Value {
		list := x.a.Array(nil, false, value.List)
		for ; n > 0 && x.elems > 0; n-- {
			off, ok := x.load(at+abi.Addr(8*len(list.Elems)), 8)
			if !ok {
				list.Elems = x.grown(list.Elems, x.cut(at+abi.Addr(8*len(list.Elems))))
				return list
			}
			x.elems--
			list.Elems = x.grown(list.Elems, x.str(syscalls.Str{Path: true}, at+abi.Addr(off)))
		}
		list.More = n > 0
		return list
	})
}

var btrfsReference = &syscalls.Record{Name: "", Fields: []syscalls.Param{
	{Name: "inum", Type: u64},
	{Name: "offset", Type: u64},
	{Name: "root", Type: u64},
}}

// btrfsInodes decodes the inodes that use an address.
func btrfsInodes(x *context, w uint64) value.Value {
	return x.btrfsHolder(w, func(at abi.Addr, n uint64) value.Value { return x.array(btrfsReference, n/3, at) })
}

// btrfsLookup decodes the id of an inode in a tree and, at exit, where it is, and the tree
// if that was left to the kernel.
func btrfsLookup(x *context, w uint64) value.Value {
	const size, names = 4096, 16
	b := x.read(abi.Addr(w), size)
	if b == nil || x.c.mode.Opaque {
		return x.nothingOr(w)
	}
	tree := value.Field{Name: "treeid", Value: btrfsObject(x, integer(b, 0, 8))}
	f := x.a.Fields(2)
	if !x.exit {
		x.keep(integer(b, 0, 8), true)
		f = append(f, tree, value.Field{Name: "objectid", Value: btrfsObject(x, integer(b, 8, 8))})
		return x.before(x.a.Struct(f, false))
	}
	if x.c.Result.Failed {
		return nil
	}
	if asked, _ := x.kept(); asked == 0 {
		f = append(f, tree)
	}
	return x.a.Struct(append(f, value.Field{Name: "name", Value: x.label(b[names:])}), false)
}
