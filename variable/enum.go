package variable

import (
	"strconv"
	"strings"

	"github.com/trapline/trapline/image/dwarf"
)

// A constant is one of an enumeration.
type constant struct {
	name  string
	value int64
}

// readEnum reads the constants of an enumeration. Those that have no bits in common are flags.
func (t *Type) readEnum(e dwarf.Entry) {
	var bits int64
	t.flags, t.positive = true, true
	for kid := range e.Kids() {
		if kid.Tag != dwarf.TagEnumerator || len(t.consts) == maxMembers {
			continue
		}
		value, _ := kid.Int(dwarf.AttrConstValue)
		t.consts = append(t.consts, constant{kid.Name(), value})
		t.positive = t.positive && value >= 0
		t.flags = t.flags && value >= 0 && value&bits == 0
		bits |= value
	}
}

// appendEnum appends the name of a constant, or of those whose bits make up the number.
func (t *Type) appendEnum(b []byte, n int64) []byte {
	for _, c := range t.consts {
		if c.value == n {
			return append(b, c.name...)
		}
	}
	var names []string
	rest := n
	for _, c := range t.consts {
		if t.flags && c.value != 0 && rest&c.value == c.value {
			names, rest = append(names, c.name), rest&^c.value
		}
	}
	if len(names) == 0 || rest != 0 {
		names = append(names, strconv.FormatInt(rest, 10))
	}
	return append(b, strings.Join(names, "|")...)
}
