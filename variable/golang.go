package variable

import (
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image/dwarf"
)

// The layout of Go's maps: internal/runtime/maps. A slot of a group is taken unless its byte of the
// control word has the highest bit.
const (
	groupSlots  = 8
	slotEmpty   = 0x80
	maxGroups   = maxElements / groupSlots
	maxGoTables = 1 << 12
)

// goMap returns the elements of a map of Go.
func (v *Value) goMap() (c container, ok bool) {
	n, ok := v.count("used")
	directory := v.path("dirPtr")
	at, err := directory.integer()
	if !ok || err != nil || directory.typ.Kind != Pointer {
		return c, false
	}
	m := swiss{Value: v, table: directory.typ.Elem().Elem()}
	tables, ok := v.count("dirLen")
	if !ok || !m.read() {
		return c, false
	}
	return container{n: n, names: [2]string{"key", "elem"}, each: func(use func(Value) bool) {
		if tables == 0 {
			m.slots(uint64(at), use)
			return
		}
		m.tables(uint64(at), min(tables, maxGoTables), use)
	}}, true
}

// A swiss is a map in tables of groups.
type swiss struct {
	*Value
	table, group, slot *Type
	groups, mask       int64 // where in a table its groups are, and how many less one
	first              int64 // where in a group its slots begin
}

// read finds what the types say of where things are.
func (m *swiss) read() bool {
	groups := m.table.member("groups")
	if groups == nil {
		return false
	}
	reference := m.info().typeAt(groups.typ)
	data, mask := reference.member("data"), reference.member("lengthMask")
	if data == nil || mask == nil {
		return false
	}
	m.group = m.info().typeAt(data.typ).Elem()
	slots := m.group.member("slots")
	if slots == nil {
		return false
	}
	m.slot = m.info().typeAt(slots.typ).Elem()
	m.groups, m.mask, m.first = groups.offset+data.offset, groups.offset+mask.offset, slots.offset
	return true
}

func (m *swiss) info() *Info { return m.typ.info }

// tables shows the elements of tables, of which several entries of the directory may lead to one.
func (m *swiss) tables(directory uint64, n int64, use func(Value) bool) {
	word, last := uint64(m.frame.Regs.ABI.Word), uint64(0)
	budget := maxGroups
	for i := range uint64(n) {
		table := m.word(directory + i*word)
		if table == last {
			continue
		}
		last = table
		data, mask := m.word(table+uint64(m.groups)), m.word(table+uint64(m.mask))
		for g := uint64(0); g <= mask; g++ {
			if budget--; budget < 0 || !m.slots(data+g*uint64(m.group.size()), use) {
				return
			}
		}
	}
}

// slots shows the elements of a group; it reports whether more are wanted.
func (m *swiss) slots(group uint64, use func(Value) bool) bool {
	var control [groupSlots]byte
	if _, err := m.frame.Memory.ReadMem(control[:], abi.Addr(group)); err != nil {
		return false
	}
	for i, taken := range control {
		at := group + uint64(m.first+int64(i)*m.slot.size())
		if taken&slotEmpty == 0 && !use(Value{frame: m.frame, typ: m.slot, addr: abi.Addr(at), placed: true}) {
			return false
		}
	}
	return true
}

// dynamic returns what is in an interface of Go, with the name of its type; ok is false for what is
// no interface, or one whose type is not found.
func (v *Value) dynamic() (in Value, ok bool) {
	kind, data, ok := v.halves()
	if !ok || kind == 0 {
		return in, false
	}
	return v.held(kind, data)
}

// held is what is in an interface that has such halves.
func (v *Value) held(kind, data uint64) (in Value, ok bool) {
	if v.typ.Name == "runtime.iface" {
		kind = v.word(kind + uint64(v.frame.Regs.ABI.Word))
	}
	t := v.frame.goType(v.typ.info, kind)
	if t == nil {
		return in, false
	}
	if in = (Value{frame: v.frame, typ: t}); t.Kind == Pointer || t.Kind == Function {
		return in.bytes(number(data, t.Size)), true
	}
	in.addr, in.placed = abi.Addr(data), true
	return in, true
}

// halves are the two words of an interface.
func (v *Value) halves() (kind, data uint64, ok bool) {
	if v.err != nil || v.typ == nil || v.typ.Name != "runtime.iface" && v.typ.Name != "runtime.eface" {
		return 0, 0, false
	}
	word := v.frame.Regs.ABI.Word
	raw, err := v.raw()
	if err != nil || len(raw) < 2*word {
		return 0, 0, false
	}
	return little(raw, word), little(raw[word:], word), true
}

// appendInterface appends what is in an interface, with its type.
func (v *Value) appendInterface(b []byte, l Limits, depth int) ([]byte, bool) {
	kind, data, ok := v.halves()
	switch {
	case !ok:
		return b, false
	case kind == 0:
		return append(b, "nil"...), true
	}
	in, ok := v.held(kind, data)
	if !ok || depth >= maxDepth {
		return b, false
	}
	b = append(append(b, v.typ.info.goTypes()[in.typ]...), '(')
	return append(in.append(b, l, depth+1), ')'), true
}

// goType returns the type that the runtime describes at an address.
func (f *Frame) goType(info *Info, addr uint64) *Type {
	info.goTypes()
	for _, types := range info.file.FindData("runtime.types") {
		if t := info.runtime[addr-f.Bias-types.Addr]; t != nil {
			return t
		}
	}
	return info.runtime[addr-f.Bias]
}

// goTypes returns the names of types that values may be of while the program runs; where the
// runtime describes them debug information says.
func (info *Info) goTypes() map[*Type]string {
	if info.runtime != nil {
		return info.runtimeNames
	}
	info.runtime, info.runtimeNames = map[uint64]*Type{}, map[*Type]string{}
	for top := range info.data.Units() {
		for e := range top.Kids() {
			if at, ok := e.Address(dwarf.AttrGoRuntimeType); ok && at != 0 && len(info.runtime) < maxNames {
				t := info.typeAt(e)
				info.runtime[at], info.runtimeNames[t] = t, strings.TrimPrefix(e.Name(), "*runtime.")
			}
		}
	}
	return info.runtimeNames
}
