package decode

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// personality decodes an execution domain: a system and its peculiarities. All
// ones asks for the present one.
func personality(x *context, w uint64) value.Value {
	const system, ask = 0xff, 0xffffffff
	if w == ask {
		return x.a.Int(w, 4, value.Hex)
	}
	return x.a.Or(x.a.Flags(w&system, 4, uapi.Personalities), x.a.Flags(w&^system, 4, uapi.PersonalityFlags))
}

// membarrierQuery explains the result of a query: the commands there are.
func membarrierQuery(x *context, w uint64) value.Value {
	if x.arg(0) != 0 {
		return nil
	}
	return x.a.Flags(w, 4, uapi.MembarrierCommands)
}
