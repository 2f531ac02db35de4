package decode

import (
	"strconv"
	"sync"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

const (
	mapType   = 0xf        // MAP_TYPE: shared or private
	hugeShift = 26         // MAP_HUGE_SHIFT and MFD_HUGE_SHIFT
	hugeMask  = 0x3f << 26 // the logarithm of the size of a huge page
)

var (
	mapHuge   = sync.OnceValue(func() *uapi.Set { return shifted("MAP_HUGE_SHIFT") })
	memfdHuge = sync.OnceValue(func() *uapi.Set { return shifted("MFD_HUGE_SHIFT") })
)

// shifted names the sizes of huge pages as C writes them: 21<<MAP_HUGE_SHIFT.
func shifted(shift string) *uapi.Set {
	s := &uapi.Set{Name: "huge page sizes"}
	for i := uint64(1); i <= hugeMask>>hugeShift; i++ {
		s.Consts = append(s.Consts, uapi.Const{Name: strconv.Itoa(int(i)) + "<<" + shift, Value: i << hugeShift})
	}
	return s
}

// mapFlags decodes the flags of mmap: a type, bits and the size of a huge page.
func mapFlags(x *context, w uint64) value.Value {
	parts := append(x.a.Values(3),
		x.a.Flags(w&mapType, x.abi.Word, uapi.MapTypes.For(x.abi)),
		x.a.Flags(w&^(mapType|hugeMask), x.abi.Word, uapi.MapFlags.For(x.abi)))
	if w&hugeMask != 0 {
		parts = append(parts, x.a.Flags(w&hugeMask, x.abi.Word, mapHuge()))
	}
	return x.a.Or(parts...)
}

// memfdName decodes the name of memfd_create, of which the kernel takes fewer than
// maxMemfdName bytes.
func memfdName(x *context, w uint64) value.Value {
	const maxMemfdName = 250
	return x.strWithin(abi.Addr(w), maxMemfdName)
}

// memfdFlags decodes the flags of memfd_create.
func memfdFlags(x *context, w uint64) value.Value {
	bits := x.a.Flags(w&^hugeMask, 4, uapi.MemfdFlags.For(x.abi))
	if w&hugeMask == 0 {
		return bits
	}
	return x.a.Or(bits, x.a.Flags(w&hugeMask, 4, memfdHuge()))
}

// pageOffset decodes an offset in units of 4096 bytes.
func pageOffset(x *context, w uint64) value.Value { return x.a.Int(w<<12, 8, value.Hex) }

// oldMmap returns the i-th of the six arguments of i386's first mmap, which takes
// their address.
func (x *context) oldMmap(w uint64, i int) (uint64, bool) {
	if x.c.mode.Opaque {
		return 0, false
	}
	b := x.read(abi.Addr(w), 6*4)
	return integer(b, 4*i, 4), b != nil
}

func oldMmapAddr(x *context, w uint64) value.Value {
	arg, ok := x.oldMmap(w, 0)
	if !ok {
		return x.a.Lost(abi.Addr(w))
	}
	return x.a.Int(arg, 4, value.Address)
}

func oldMmapLength(x *context, w uint64) value.Value {
	if arg, ok := x.oldMmap(w, 1); ok {
		return x.a.Int(arg, 4, value.Unsigned)
	}
	return nil
}

func oldMmapProt(x *context, w uint64) value.Value {
	if arg, ok := x.oldMmap(w, 2); ok {
		return x.a.Flags(arg, 4, uapi.MmapProt)
	}
	return nil
}

func oldMmapFlags(x *context, w uint64) value.Value {
	if arg, ok := x.oldMmap(w, 3); ok {
		return mapFlags(x, arg)
	}
	return nil
}

func oldMmapFD(x *context, w uint64) value.Value {
	if arg, ok := x.oldMmap(w, 4); ok {
		return x.descriptor(int32(arg))
	}
	return nil
}

func oldMmapOffset(x *context, w uint64) value.Value {
	if arg, ok := x.oldMmap(w, 5); ok {
		return x.a.Int(arg, 4, value.Hex)
	}
	return nil
}

// residency decodes what mincore says of each page of the length that a sibling
// holds: whether it is in memory.
func residency(x *context, w uint64) value.Value {
	const pageSize = 4096
	pages := x.arg(0)/pageSize + min(x.arg(0)%pageSize, 1)
	shown := min(pages, uint64(x.limit()))
	b := x.read(abi.Addr(w), int(shown))
	if shown > 0 && (b == nil || x.c.mode.Opaque) {
		return x.a.Lost(abi.Addr(w))
	}
	elems := x.a.Values(len(b))
	for _, state := range b {
		elems = append(elems, x.a.Int(uint64(state&1), 1, value.Unsigned))
	}
	return x.a.Array(elems, shown < pages, value.List)
}
