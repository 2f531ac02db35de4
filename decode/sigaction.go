package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// saRestorer is SA_RESTORER: the structure names the code that ends a handler.
const saRestorer = 0x04000000

// sigactionLayout says where a struct sigaction has its fields.
type sigactionLayout struct{ flags, restorer, mask, maskSize, size int }

// sigaction decodes the structure of rt_sigaction.
func sigaction(x *context, w uint64) value.Value {
	word := x.abi.Word
	return x.sigactionAt(abi.Addr(w), sigactionLayout{word, 2 * word, 3 * word, sigsetSize, 3*word + sigsetSize})
}

// oldSigaction decodes the structure of i386's sigaction.
func oldSigaction(x *context, w uint64) value.Value {
	word := x.abi.Word
	return x.sigactionAt(abi.Addr(w), sigactionLayout{2 * word, 3 * word, word, word, 4 * word})
}

func (x *context) sigactionAt(at abi.Addr, l sigactionLayout) value.Value {
	b := x.read(at, l.size)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	word := x.abi.Word
	flags := integer(b, l.flags, word)
	f := append(x.a.Fields(4),
		value.Field{Name: "sa_handler", Value: x.handler(integer(b, 0, word))},
		value.Field{Name: "sa_mask", Value: x.signals(integer(b, l.mask, l.maskSize), l.maskSize)},
		value.Field{Name: "sa_flags", Value: x.a.Flags(flags, word, uapi.SigactionFlags.For(x.abi))})
	if flags&saRestorer != 0 {
		restorer := x.a.Ptr(abi.Addr(integer(b, l.restorer, word)), nil)
		f = append(f, value.Field{Name: "sa_restorer", Value: restorer})
	}
	return x.a.Struct(f, false)
}

// handler decodes what a signal does.
func (x *context) handler(w uint64) value.Value {
	if _, ok := uapi.SignalHandlers.Find(w); ok {
		return x.a.Flags(w, x.abi.Word, uapi.SignalHandlers)
	}
	return x.a.Ptr(abi.Addr(w), nil)
}

// handlerName explains a result that is a handler, when it has a name.
func handlerName(x *context, w uint64) value.Value {
	if _, ok := uapi.SignalHandlers.Find(w); ok {
		return x.spelled(w, uapi.SignalHandlers)
	}
	return nil
}
