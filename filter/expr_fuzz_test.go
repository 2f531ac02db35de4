package filter

import (
	"errors"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
)

// FuzzExpr reads expressions on a few calls and looks at those calls with them: a mistake is a
// SyntaxError within the source, and what is read can be looked at whatever memory holds.
func FuzzExpr(f *testing.F) {
	for _, expr := range append(lowered, `pathname ~ "/etc/**/[!a-c]?*" and flags has O_WRONLY`, `addr.port == 443`, `msg.iov[0].base[1:] contains "x"`,
		`argv[1] + "x" == replace(argv[1], "a", "bb")`, `&buf == NULL or len(buf) > 'a'`, `buf !~ /^G.T\/x/`, `elapsed > 1.5ms`, `dirfd.path == "\x00\101\n"`, `call.count == 1 and fd == 1`,
		`((((fd == 1))))`, `fd == - ~ 1 << 3 | 0x7 & 017`, `how.flags has O_RDWR and how.resolve & 1 == 0`) {
		f.Add(expr, uint64(0x1000), uint64(8), []byte("\x00\x10\x00\x00\x00\x00\x00\x00\x08\x10\x00\x00"))
	}
	set, err := ParseCalls("openat,write,read,connect,accept,sendmsg,execve,openat2,fstat,fcntl,futex")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, expr string, x, y uint64, data []byte) {
		e, err := ParseExpr(expr, set, AnyMoment)
		var bad *SyntaxError
		if errors.As(err, &bad) {
			if bad.Column < 1 || bad.Column > len(expr)+1 || bad.Error() == "" {
				t.Fatalf("%q: column %d", expr, bad.Column)
			}
			return
		}
		if err != nil {
			t.Fatalf("%q: %v", expr, err)
		}
		m := mem.Snapshot{{Addr: 0x1000, Data: data}}
		for nr := range uint64(maxNR) {
			if set.Has(abi.AMD64, nr) {
				look(t, e, abi.Call{ABI: abi.AMD64, NR: nr, Args: [6]uint64{x, y, x, y, x, y}}, m)
			}
		}
	})
}

// look looks at a call at its entry and its exit: what cannot hold any more after the one does
// not hold after the other.
func look(t *testing.T, e *Expr, c abi.Call, m mem.Reader) {
	s := Scene{Lookup: lookup{}, TID: 1, PID: 1}
	s.Begin(c, m)
	memo, could := e.Enter(&s)
	s.End(abi.Result{Value: c.Args[1]}, 1, m)
	if e.Leave(&s, memo) && !could {
		t.Fatalf("what cannot hold at the entry of %d%v holds at its exit", c.NR, c.Args)
	}
}
