package decode

import (
	"strconv"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// maxVars is how many variables of an environment are counted.
const maxVars = 1 << 17

// argv decodes an array of strings that ends with NULL.
func argv(x *context, w uint64) value.Value {
	at, word := abi.Addr(w), abi.Addr(x.abi.Word)
	if x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	limit := x.limit()
	var elems []value.Value
	for n := 0; ; n++ {
		p, ok := x.load(at+abi.Addr(n)*word, x.abi.Word)
		switch {
		case !ok && n == 0:
			return x.a.Lost(at)
		case !ok:
			elems = x.grown(elems, x.a.Lost(at+abi.Addr(n)*word))
			return x.a.Array(elems, false, value.List)
		case p == 0:
			return x.a.Array(elems, false, value.List)
		case n >= limit:
			return x.a.Array(elems, true, value.List)
		}
		x.elems--
		elems = x.grown(elems, x.argument(abi.Addr(p)))
	}
}

// grown appends to elements of the arena, whose number is not known beforehand.
func (x *context) grown(elems []value.Value, v value.Value) []value.Value {
	if len(elems) == cap(elems) {
		elems = append(x.a.Values(2*len(elems)+8), elems...)
	}
	return append(elems, v)
}

// argument decodes one of the strings.
func (x *context) argument(at abi.Addr) value.Value {
	v := x.str(syscalls.Str{}, at)
	if _, lost := v.(*value.Lost); lost {
		return x.a.Ptr(at, nil)
	}
	return v
}

// envp decodes an environment, of which only the size is shown unless everything
// is asked for.
func envp(x *context, w uint64) value.Value {
	if x.c.mode.Verbose {
		return argv(x, w)
	}
	at := abi.Addr(w)
	n, terminated := x.countWords(at)
	if n == 0 && !terminated || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	return x.a.Note(x.a.Ptr(at, nil), x.varsText(n, terminated))
}

func (x *context) varsText(n int, terminated bool) string {
	b := strconv.AppendInt(x.a.Bytes(40), int64(n), 10)
	b = append(b, " var"...)
	if n != 1 {
		b = append(b, 's')
	}
	if !terminated {
		b = append(b, ", unterminated"...)
	}
	return text(b)
}

// countWords counts the words from an address on up to the first zero; terminated
// is false when memory ends before that.
func (x *context) countWords(at abi.Addr) (n int, terminated bool) {
	word := x.abi.Word
	b := x.a.Bytes(4096)[:4096]
	for n < maxVars {
		want := 4096 - int(at%4096)/word*word
		got, err := x.m.ReadMem(b[:want], at)
		for i := 0; i+word <= got; i += word {
			if integer(b, i, word) == 0 {
				return n, true
			}
			n++
		}
		if err != nil || got < want {
			return n, false
		}
		at += abi.Addr(want)
	}
	return n, false
}
