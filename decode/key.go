package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// keyCustom names the decoders of keys.
func keyCustom(name string) custom {
	switch name {
	case "keyBuffer":
		return keyBuffer
	case "keyOperand":
		return keyOperand
	case "keyOperand2":
		return keyOperand2
	case "keyText":
		return keyText
	case "keyCapabilities":
		return keyCapabilities
	}
	return nil
}

// keyBuffer decodes what keyctl wrote into a buffer. The result is the length of all there is;
// in a buffer with less room than that is what was there before.
func keyBuffer(x *context, w uint64) value.Value {
	return x.buffer(abi.Addr(w), min(x.arg(0), x.arg(1)))
}

// keyOperand and keyOperand2 decode buffers whose lengths stand in struct keyctl_pkey_params.
func keyOperand(x *context, w uint64) value.Value  { return x.keyOperand(w, 4) }
func keyOperand2(x *context, w uint64) value.Value { return x.keyOperand(w, 8) }

func (x *context) keyOperand(w uint64, length abi.Addr) value.Value {
	const size = 40
	params := abi.Addr(x.arg(0))
	b := x.read(params, size)
	if b == nil {
		return x.a.Lost(abi.Addr(w))
	}
	return x.buffer(abi.Addr(w), integer(b, int(length), 4))
}

// keyText decodes such a buffer, which a NUL ends.
func keyText(x *context, w uint64) value.Value {
	v := keyBuffer(x, w)
	if s, ok := v.(*value.Str); ok && !s.More {
		s.NUL = len(s.Bytes) > 0 && s.Bytes[len(s.Bytes)-1] == 0
	}
	return v
}

// keyCapabilities decodes what the kernel's keys can do, a byte of flags at a time.
func keyCapabilities(x *context, w uint64) value.Value {
	n := min(x.arg(0), x.arg(1), uint64(x.limit()))
	b := x.read(abi.Addr(w), int(n))
	if b == nil && n > 0 {
		return x.a.Lost(abi.Addr(w))
	}
	elems := x.a.Values(len(b))
	for i, c := range b {
		switch i {
		case 0:
			elems = append(elems, x.a.Flags(uint64(c), 1, uapi.KeyCapabilities0))
		case 1:
			elems = append(elems, x.a.Flags(uint64(c), 1, uapi.KeyCapabilities1))
		default:
			elems = append(elems, x.a.Int(uint64(c), 1, value.Hex))
		}
	}
	return x.a.Array(elems, false, value.List)
}
