package decode

import (
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// genericController is the family that knows the others.
const genericController = 16

// genericType is the type of a message: a family, which the kernel numbers as it comes.
func (x *context) genericType(kind uint64) value.Value {
	name := procfs.GenericFamily(uint16(kind))
	if name == "" {
		return x.a.Flags(kind, 2, unknownFamilies)
	}
	m := x.a.Macro(name)
	m.Number = x.a.Int(kind, 2, value.Hex)
	return m
}

var unknownFamilies = &uapi.Set{Name: "generic families", Unknown: "GENERIC_FAMILY_???"}

var controlHead = &syscalls.Record{Name: "genlmsghdr", Fields: []syscalls.Param{
	{Name: "cmd", Type: oneOf(1, uapi.ControlCommands)}, {Name: "version", Type: u8}, {Name: "reserved", Type: x16, Spare: true},
}}

var genericHead = &syscalls.Record{Name: "genlmsghdr", Fields: []syscalls.Param{
	{Name: "cmd", Type: x8}, {Name: "version", Type: u8}, {Name: "reserved", Type: x16, Spare: true},
}}

// genericBody adds what a generic message says. The attributes of families other than the
// controller have numbers only.
func (x *context) genericBody(parts []value.Value, m *netlinkMessage) []value.Value {
	const size = 4
	if len(m.body) < size {
		return append(parts, x.octetString(m.body))
	}
	head, of := genericHead, &genericAttributes
	if m.kind == genericController {
		head, of = controlHead, &controlAttributes
	}
	parts = append(parts, x.record(head, m.body[:size], 0))
	if rest := m.body[size:]; len(rest) > 0 {
		parts = append(parts, x.attributes(of, rest))
	}
	return parts
}

var genericAttributes attributes

// controlAttributes are what the controller says of a family.
var controlAttributes = attributes{names: uapi.ControlAttributes, holds: []holding{
	{nlX16, "CTRL_ATTR_FAMILY_ID"},
	{phrase{}, "CTRL_ATTR_FAMILY_NAME"},
	{nlU32, "CTRL_ATTR_VERSION CTRL_ATTR_HDRSIZE CTRL_ATTR_MAXATTR CTRL_ATTR_OP"},
	{nested{&attributes{each: nested{&controlOperation}}}, "CTRL_ATTR_OPS"},
	{nested{&attributes{each: nested{&controlGroup}}}, "CTRL_ATTR_MCAST_GROUPS"},
	{nested{&attributes{each: nested{&attributes{each: nested{&policy}}}}}, "CTRL_ATTR_POLICY"},
	{nested{&attributes{each: nested{&attributes{names: uapi.ControlPolicies, holds: []holding{
		{nlU32, "CTRL_ATTR_POLICY_DO CTRL_ATTR_POLICY_DUMP"},
	}}}}}, "CTRL_ATTR_OP_POLICY"},
}}

var controlOperation = attributes{names: uapi.ControlOperations, holds: []holding{
	{named{4, uapi.ControlCommands}, "CTRL_ATTR_OP_ID"},
	{named{4, uapi.OperationFlags}, "CTRL_ATTR_OP_FLAGS"},
}}

var controlGroup = attributes{names: uapi.ControlGroups, holds: []holding{
	{phrase{}, "CTRL_ATTR_MCAST_GRP_NAME"},
	{nlX32, "CTRL_ATTR_MCAST_GRP_ID"},
}}

// policy is what the kernel expects of an attribute.
var policy = attributes{names: uapi.PolicyAttributes, holds: []holding{
	{named{4, uapi.AttributeTypes}, "NL_POLICY_TYPE_ATTR_TYPE"},
	{nlS64, "NL_POLICY_TYPE_ATTR_MIN_VALUE_S NL_POLICY_TYPE_ATTR_MAX_VALUE_S"},
	{nlU64, "NL_POLICY_TYPE_ATTR_MIN_VALUE_U NL_POLICY_TYPE_ATTR_MAX_VALUE_U"},
	{nlU32, "NL_POLICY_TYPE_ATTR_MIN_LENGTH NL_POLICY_TYPE_ATTR_MAX_LENGTH"},
	{nlX32, "NL_POLICY_TYPE_ATTR_POLICY_IDX NL_POLICY_TYPE_ATTR_POLICY_MAXTYPE NL_POLICY_TYPE_ATTR_BITFIELD32_MASK"},
	{nlX64, "NL_POLICY_TYPE_ATTR_MASK"},
}}
