package decode

import (
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
)

// FuzzIoctl decodes commands of ioctl over memory that is anything, at their entry and their
// exit. Its seeds are every command that has a name.
func FuzzIoctl(f *testing.F) {
	for i, c := range uapi.IoctlCommands.Consts {
		f.Add(uint8(i), uint32(c.Value), uint64(0x1000), []byte{1, 0, 0, 0}, int64(i%2-1), uint8(i))
	}
	f.Fuzz(func(t *testing.T, which uint8, op uint32, argp uint64, seed []byte, result int64, opts uint8) {
		a := abi.All[int(which)%len(abi.All)]
		nr, row, ok := syscalls.For(a).Named("ioctl")
		if !ok {
			t.Fatalf("%s has no ioctl", a.Name)
		}
		call := abi.Call{ABI: a, NR: nr}
		call.Args[0], call.Args[1], call.Args[2] = 3, uint64(op), argp
		m := wild{seed, abi.Addr(opts) << 4}
		var c Call
		c.Enter(call, row, Mode{Strings: int(opts >> 2), Verbose: opts&1 != 0, Opaque: opts&2 != 0}, m)
		c.Exit(abi.Result{Value: uint64(result), Failed: result < 0 && result > -4096}, m)
		n := 0
		for _, arg := range c.Args {
			n += size(t, arg.Value, 0)
		}
		if n > 40*maxElems {
			t.Errorf("%d nodes", n)
		}
	})
}
