package decode

import (
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// multicastAttributes are what is said of a bridge's multicast database.
var multicastAttributes = attributes{names: uapi.MulticastAttributes, holds: []holding{
	{nested{&attributes{names: uapi.MulticastEntries, holds: []holding{
		{nested{&attributes{names: uapi.MulticastEntryAttributes, holds: []holding{
			{headed{multicastEntry{}, 28, nested{&multicastDetails}}, "MDBA_MDB_ENTRY_INFO"},
		}}}, "MDBA_MDB_ENTRY"},
	}}}, "MDBA_MDB"},
	{nested{&attributes{names: uapi.MulticastRouters, holds: []holding{
		{headed{nlInterface, 4, nested{&multicastRouter}}, "MDBA_ROUTER_PORT"},
	}}}, "MDBA_ROUTER"},
}}

var multicastDetails = attributes{names: uapi.MulticastEntryDetails, holds: []holding{{nlClock, "MDBA_MDB_EATTR_TIMER"}}}

var multicastRouter = attributes{names: uapi.MulticastRouterAttributes, holds: []holding{
	{nlClock, "MDBA_ROUTER_PATTR_TIMER MDBA_ROUTER_PATTR_INET_TIMER MDBA_ROUTER_PATTR_INET6_TIMER"},
	{constant{1, uapi.MulticastRouterTypes}, "MDBA_ROUTER_PATTR_TYPE"},
}}

var multicastHead = &syscalls.Record{Name: "br_mdb_entry", Fields: []syscalls.Param{
	interfaceField("ifindex"),
	{Name: "state", Type: oneOf(1, uapi.MulticastStates)},
	{Name: "flags", Type: oneOf(1, uapi.MulticastFlags)},
	{Name: "vid", Type: u16},
}}

// multicastEntry is struct br_mdb_entry. Its address is of the family that stands behind
// it.
type multicastEntry struct{}

func (multicastEntry) decode(x *context, b []byte) value.Value {
	const addr, end = 8, 24
	family := swap16(integer(b, end, 2))
	group := value.Value(nil)
	if family < 256 {
		group = x.familyAddr(byte(family), b[addr:end])
	}
	if group == nil {
		group = x.octetString(b[addr:end])
	}
	s := x.record(multicastHead, b[:addr], 0).(*value.Struct)
	proto := x.a.Macro("htons", x.a.Flags(family, 2, uapi.AddressFamilies))
	s.Fields = append(s.Fields, value.Field{Name: "addr", Value: x.a.Struct(append(x.a.Fields(2),
		value.Field{Name: "u", Value: group}, value.Field{Name: "proto", Value: proto}), false)})
	return s
}
