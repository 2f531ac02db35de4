package filter

import (
	"fmt"
	"strings"
	"sync"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/alike"
	"github.com/trapline/trapline/syscalls"
)

// Calls is a set of system calls of every ABI.
type Calls struct {
	items []item
	not   bool // the set is all calls but the items
	sets  [4]bitset
}

// A bitset is a Calls for one ABI. It is made when it is first asked for.
type bitset struct {
	once   sync.Once
	bits   [maxNR / 64]uint64
	beyond bool // whether numbers from maxNR on are in the set
}

// maxNR is more than any ABI's number without its ABI.NRBit.
const maxNR = 1024

// AllCalls returns the set of all system calls.
func AllCalls() *Calls { return &Calls{not: true} }

// NoCalls returns the empty set.
func NoCalls() *Calls { return &Calls{} }

// ParseCalls reads a set of system calls. A value is a name, a number, a group such
// as %file, "/" and a regular expression, or "all"; "@64", "@32" or "@x32" behind it
// keeps it to one ABI, and "?" before it allows that there is no such call.
func ParseCalls(expr string) (*Calls, error) {
	c := &Calls{}
	not, err := collect(systemCall, expr, c.add)
	if err != nil {
		return nil, err
	}
	c.not = not
	return c, nil
}

const systemCall = "system call"

// Has says whether the call with that number, which includes ABI.NRBit, is in the
// set, or any of the calls it stands for.
func (c *Calls) Has(a *abi.ABI, nr uint64) bool {
	if len(c.items) == 0 {
		return c.not
	}
	for i, known := range abi.All {
		if known == a {
			s := &c.sets[i]
			s.once.Do(func() { s.fill(c, a) })
			return s.has(nr &^ a.NRBit)
		}
	}
	return c.not
}

// All says whether no call is left out, known or not.
func (c *Calls) All() bool { return c.not && len(c.items) == 0 }

func (s *bitset) has(nr uint64) bool {
	if nr >= maxNR {
		return s.beyond
	}
	return s.bits[nr/64]&(1<<(nr%64)) != 0
}

func (s *bitset) fill(c *Calls, a *abi.ABI) {
	table := syscalls.For(a)
	for nr := range uint64(maxNR) {
		if c.holds(a, nr, table.Row(nr|a.NRBit)) {
			s.bits[nr/64] |= 1 << (nr % 64)
		}
	}
	s.beyond = c.holds(a, maxNR, nil)
}

// HasCall says whether a call is in the set. Of one that stands for others, as i386's
// socketcall, it is the one that is meant.
func (c *Calls) HasCall(call abi.Call) bool {
	if !c.Has(call.ABI, call.NR) || len(c.items) == 0 {
		return c.Has(call.ABI, call.NR)
	}
	row := syscalls.For(call.ABI).Row(call.NR)
	if row == nil || row.Mux == syscalls.Single {
		return true
	}
	return c.holdsPart(call.ABI, call.NR&^call.ABI.NRBit, row, row.Part(call.Args[0]))
}

// holds says whether a call or any of those that it stands for is in the set.
func (c *Calls) holds(a *abi.ABI, nr uint64, row *syscalls.Syscall) bool {
	if row == nil || len(row.Parts) == 0 {
		return c.holdsRow(a, nr, row)
	}
	for i := range row.Parts {
		if c.holdsPart(a, nr, row, &row.Parts[i]) {
			return true
		}
	}
	return c.holdsPart(a, nr, row, nil)
}

// holdsPart says whether a call that stands for part is in the set: by its own name or by
// the part's.
func (c *Calls) holdsPart(a *abi.ABI, nr uint64, row *syscalls.Syscall, part *syscalls.Part) bool {
	held := c.holdsRow(a, nr, row)
	if part == nil || part.Call == nil || held == !c.not {
		return held
	}
	return c.holdsRow(a, nr, part.Call)
}

func (c *Calls) holdsRow(a *abi.ABI, nr uint64, row *syscalls.Syscall) bool {
	for i := range c.items {
		if c.items[i].holds(a, nr, row) {
			return !c.not
		}
	}
	return c.not
}

// Rows calls yield with each call of the set under each ABI until it returns false.
func (c *Calls) Rows(yield func(*abi.ABI, *syscalls.Syscall) bool) {
	going := true
	eachRow(c, func(a *abi.ABI, row *syscalls.Syscall) { going = going && yield(a, row) })
}

// add reads one value and checks that it names a call.
func (c *Calls) add(value string) error {
	name := strings.TrimLeft(value, "?")
	it, err := parseItem(name)
	if err != nil {
		return err
	}
	if name == value && !it.exists() {
		return &UnknownError{systemCall, value, alike.To(value, callNames())}
	}
	c.items = append(c.items, it)
	return nil
}

// callNames are all names of calls and groups.
func callNames() []string {
	names := Groups()
	seen := map[string]bool{}
	for _, a := range abi.All {
		for _, name := range syscalls.For(a).Names() {
			if !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	return names
}

// A PersonalityError says that what stands behind "@" is none of 64, 32 and x32.
type PersonalityError struct{ Designator, Value string }

func (e *PersonalityError) Error() string {
	return fmt.Sprintf("incorrect personality designator '%s' in qualification '%s'", e.Designator, e.Value)
}
