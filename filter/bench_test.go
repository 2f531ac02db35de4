package filter

import (
	"testing"

	"github.com/trapline/trapline/abi"
)

// looked are expressions as they are asked at every call that their set takes in.
var looked = map[string]string{
	"scalar": `write where fd == 99`,
	"flags":  `openat where flags has O_WRONLY|O_CREAT`,
	"path":   `openat where pathname ~ "/etc/**" and flags has O_WRONLY`,
	"addr":   `connect where addr.port == 443`,
	"fd":     `write where fd.path ~ "/dev/*"`,
}

var lookedAt = map[string]string{"scalar": "write", "flags": "open", "path": "open", "addr": "connect", "fd": "write"}

// Looking at a call allocates nothing, and what is only about registers reads no memory.
func TestHoldsAllocates(t *testing.T) {
	for name, expr := range looked {
		_, e, err := ParseWhere(expr)
		if err != nil {
			t.Fatal(err)
		}
		var s Scene
		c := calls[lookedAt[name]]
		c.begin(t, &s)
		e.Holds(&s)
		if n := testing.AllocsPerRun(100, func() { c.begin(t, &s); e.Holds(&s) }); n > 0 {
			t.Errorf("%s: %v allocations", expr, n)
		}
	}
}

// unreadable fails the test that reads it.
type unreadable struct{ t *testing.T }

func (u unreadable) ReadMem(p []byte, at abi.Addr) (int, error) {
	u.t.Errorf("%d bytes are read at %s", len(p), at)
	return len(p), nil
}

func TestScalarsReadNothing(t *testing.T) {
	for _, expr := range []string{looked["scalar"], looked["flags"], `openat where mode == 0644`, `write where &buf == NULL`} {
		set, e, err := ParseWhere(expr)
		if err != nil {
			t.Fatal(err)
		}
		c := calls["write"]
		if !set.Has(abi.AMD64, numberOf(t, abi.AMD64, "write")) {
			c = calls["open"]
		}
		var s Scene
		s.Begin(abi.Call{ABI: abi.AMD64, NR: numberOf(t, abi.AMD64, c.name), Args: c.args}, unreadable{t})
		e.Holds(&s)
	}
}

func BenchmarkHolds(b *testing.B) {
	for name, expr := range looked {
		b.Run(name, func(b *testing.B) {
			_, e, err := ParseWhere(expr)
			if err != nil {
				b.Fatal(err)
			}
			var s Scene
			c := calls[lookedAt[name]]
			call := abi.Call{ABI: c.abi, NR: numberOf(b, c.abi, c.name), Args: c.args}
			c.begin(b, &s)
			b.ReportAllocs()
			for b.Loop() {
				s.Begin(call, memory)
				e.Holds(&s)
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	for _, expr := range []string{`openat where flags has O_WRONLY`, `fd == 3 and ret < 0`, `ret == MADV_COLLAPSE`} {
		b.Run(expr, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := ParseWhere(expr); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
