package decode

import (
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/syscalls"
)

// paths calls yield with every path that begins with prefix, whose type is t, with the first
// element of arrays only.
func paths(a *abi.ABI, t syscalls.Type, prefix Path, yield func(Path)) {
	const deepest = 8
	if t == nil || len(prefix) > deepest {
		return
	}
	yield(prefix)
	to := func(s Step) Path { return append(prefix[:len(prefix):len(prefix)], s) }
	switch t := t.(type) {
	case syscalls.If:
		paths(a, t.Then, prefix, yield)
	case syscalls.Switch:
		paths(a, t.Else, prefix, yield)
		for _, c := range t.Cases {
			paths(a, c, prefix, yield)
		}
	case syscalls.Exchange:
		paths(a, t.Before, prefix, yield)
	case syscalls.Custom:
		paths(a, syscalls.Plain(a, &t), prefix, yield)
	case syscalls.Pointer:
		paths(a, t.Elem, prefix, yield)
	case syscalls.Array:
		paths(a, t.Elem, to(Step{}), yield)
	case *syscalls.Union:
		for _, form := range t.Forms {
			paths(a, form, prefix, yield)
		}
	case *syscalls.Record:
		for i := range t.Fields {
			paths(a, t.Fields[i].Type, to(Step{Name: t.Fields[i].Name}), yield)
		}
	}
}

// FuzzLocate looks for everything that a call may have, whatever its registers and the memory
// hold: nothing panics, and no place is larger than what may be looked at.
func FuzzLocate(f *testing.F) {
	for nr := range uint16(460) {
		f.Add(nr, uint8(nr), uint64(0x1000), uint64(nr%7), []byte("\x02\x00\x01\xbb\x00\x10\x00\x00\x00\x00\x00\x00\x08\x10\x00\x00\x00\x00\x00\x00"))
	}
	f.Fuzz(func(t *testing.T, nr uint16, machine uint8, x, y uint64, data []byte) {
		a := abi.All[int(machine)%len(abi.All)]
		row := syscalls.For(a).Row(uint64(nr) | a.NRBit)
		if row == nil {
			return
		}
		call := abi.Call{ABI: a, NR: uint64(nr) | a.NRBit}
		for i := range call.Args {
			call.Args[i] = a.TruncateReg([2]uint64{x, y}[i%2])
		}
		var c Call
		m := mem.Snapshot{{Addr: 0x1000, Data: data}}
		c.Begin(call, row, m)
		locateAll(&c, a, row)
		c.End(abi.Result{Value: y}, m)
		locateAll(&c, a, row)
	})
}

func locateAll(c *Call, a *abi.ABI, row *syscalls.Syscall) {
	for i := range row.Params {
		p := &row.Params[i]
		paths(a, p.Type, Path{{Name: p.Name}}, func(path Path) {
			place, ok := c.Locate(path)
			if !ok {
				return
			}
			c.Load(&place)
			c.Append(nil, &place)
		})
	}
}
