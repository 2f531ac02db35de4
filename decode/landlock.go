package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// landlockFields are the fields of struct landlock_ruleset_attr, eight bytes each.
var landlockFields = [...]struct {
	name string
	set  *uapi.Set
}{
	{"handled_access_fs", uapi.LandlockAccessFS},
	{"handled_access_net", uapi.LandlockAccessNet},
	{"scoped", uapi.LandlockScopes},
	{"quiet_access_fs", uapi.LandlockAccessFS},
	{"quiet_access_net", uapi.LandlockAccessNet},
	{"quiet_scoped", uapi.LandlockScopes},
}

// landlockRuleset decodes as many fields as the size that the caller gives reaches into.
func landlockRuleset(x *context, w uint64) value.Value {
	const word = 8
	at, size := abi.Addr(w), x.arg(0)
	n := min((min(size, maxPath)+word-1)/word, uint64(len(landlockFields)))
	b := x.read(at, int(min(size, n*word)))
	if b == nil || size < word || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	b = x.padded(b, int(n)*word)
	f := x.a.Fields(int(n))
	for i := range int(n) {
		v := x.a.Flags(integer(b, i*word, word), word, landlockFields[i].set)
		f = append(f, value.Field{Name: landlockFields[i].name, Value: v})
	}
	return x.a.Struct(f, size > n*word)
}

// landlockPath decodes struct landlock_path_beneath_attr, which is packed.
func landlockPath(x *context, w uint64) value.Value {
	b := x.read(abi.Addr(w), 12)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	return x.a.Struct(append(x.a.Fields(2),
		value.Field{Name: "allowed_access", Value: x.a.Flags(integer(b, 0, 8), 8, uapi.LandlockAccessFS)},
		value.Field{Name: "parent_fd", Value: x.descriptor(int32(integer(b, 8, 4)))}), false)
}
