package decode

import (
	"sync"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// maxGroups is NGROUPS_MAX.
const maxGroups = 65536

var (
	groupID   = u32
	groupID16 = u16
)

// credsCustom names the decoders of identities and capabilities.
func credsCustom(name string) custom {
	switch name {
	case "groups":
		return groups
	case "groups16":
		return groups16
	case "capData":
		return capData
	}
	return nil
}

// groups decodes the identities that setgroups takes, unless they are too many.
func groups(x *context, w uint64) value.Value   { return x.groups(groupID, w) }
func groups16(x *context, w uint64) value.Value { return x.groups(groupID16, w) }

func (x *context) groups(id syscalls.Bits, w uint64) value.Value {
	n := x.arg(0)
	if n > maxGroups {
		return x.a.Lost(abi.Addr(w))
	}
	return x.array(id, n, abi.Addr(w))
}

// capLow and capHigh name the bits of the two words of a set of capabilities.
var (
	capLow  = sync.OnceValue(func() *uapi.Set { return capabilityBits(0) })
	capHigh = sync.OnceValue(func() *uapi.Set { return capabilityBits(32) })
)

func capabilityBits(from uint64) *uapi.Set {
	s := &uapi.Set{Name: "capabilities", Flags: true, Unknown: "CAP_???"}
	for _, c := range uapi.Capabilities.Consts {
		if c.Value >= from && c.Value < from+32 {
			s.Consts = append(s.Consts, uapi.Const{Name: "1<<" + c.Name, Value: 1 << (c.Value - from)})
		}
	}
	return s
}

const (
	capVersion2   = 0x20071026 // _LINUX_CAPABILITY_VERSION_2: 64 capabilities, before it 32
	capVersion3   = 0x20080522 // _LINUX_CAPABILITY_VERSION_3
	capHeaderSize = 8          // of struct __user_cap_header_struct
	capDataSize   = 12         // of struct __user_cap_data_struct
)

// capData decodes sets of capabilities: one structure or, from the second version
// of the header on, one for the low bits and one for the high ones.
func capData(x *context, w uint64) value.Value {
	header := x.read(abi.Addr(x.arg(0)), capHeaderSize)
	version := integer(header, 0, 4)
	size := capDataSize
	if version == capVersion2 || version == capVersion3 {
		size = 2 * capDataSize
	}
	b := x.read(abi.Addr(w), size)
	if header == nil || b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	return x.a.Struct(append(x.a.Fields(3),
		value.Field{Name: "effective", Value: x.capabilities(b, 0)},
		value.Field{Name: "permitted", Value: x.capabilities(b, 4)},
		value.Field{Name: "inheritable", Value: x.capabilities(b, 8)}), false)
}

func (x *context) capabilities(b []byte, off int) value.Value {
	low, high := integer(b, off, 4), uint64(0)
	if len(b) > capDataSize {
		high = integer(b, off+capDataSize, 4)
	}
	if high == 0 {
		return x.a.Flags(low, 4, capLow())
	}
	return x.a.Or(x.a.Flags(low, 4, capLow()), x.a.Flags(high, 4, capHigh()))
}
