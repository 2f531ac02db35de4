package decode

import (
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// netfilterSubsystems are the messages of each subsystem of netfilter, by its number, and
// which of them come in the usual four forms.
var netfilterSubsystems = [...]struct {
	messages               *uapi.Set
	creates, deletes, asks string
}{
	1: {uapi.ConntrackMessages, "IPCTNL_MSG_CT_NEW", "IPCTNL_MSG_CT_DELETE", `IPCTNL_MSG_CT_GET IPCTNL_MSG_CT_GET_CTRZERO
		IPCTNL_MSG_CT_GET_STATS_CPU IPCTNL_MSG_CT_GET_STATS IPCTNL_MSG_CT_GET_DYING IPCTNL_MSG_CT_GET_UNCONFIRMED`},
	2: {uapi.ExpectMessages, "IPCTNL_MSG_EXP_NEW", "IPCTNL_MSG_EXP_DELETE", "IPCTNL_MSG_EXP_GET IPCTNL_MSG_EXP_GET_STATS_CPU"},
	3: {messages: uapi.QueueMessages},
	4: {messages: uapi.PacketLogMessages},
	5: {messages: uapi.FingerprintMessages},
	6: {messages: uapi.IPSetMessages},
	7: {uapi.AccountMessages, "NFNL_MSG_ACCT_NEW", "NFNL_MSG_ACCT_DEL", "NFNL_MSG_ACCT_GET NFNL_MSG_ACCT_GET_CTRZERO"},
	8: {uapi.ConntrackTimeoutMessages, "IPCTNL_MSG_TIMEOUT_NEW", "IPCTNL_MSG_TIMEOUT_DELETE", "IPCTNL_MSG_TIMEOUT_GET"},
	9: {uapi.ConntrackHelperMessages, "NFNL_MSG_CTHELPER_NEW", "NFNL_MSG_CTHELPER_DEL", "NFNL_MSG_CTHELPER_GET"},
	10: {
		uapi.TablesMessages,
		`NFT_MSG_NEWTABLE NFT_MSG_NEWCHAIN NFT_MSG_NEWRULE NFT_MSG_NEWSET NFT_MSG_NEWSETELEM NFT_MSG_NEWGEN
		NFT_MSG_NEWOBJ NFT_MSG_NEWFLOWTABLE`,
		`NFT_MSG_DELTABLE NFT_MSG_DELCHAIN NFT_MSG_DELRULE NFT_MSG_DELSET NFT_MSG_DELSETELEM NFT_MSG_DELOBJ
		NFT_MSG_DELFLOWTABLE NFT_MSG_DESTROYTABLE NFT_MSG_DESTROYCHAIN NFT_MSG_DESTROYRULE NFT_MSG_DESTROYSET
		NFT_MSG_DESTROYSETELEM NFT_MSG_DESTROYOBJ NFT_MSG_DESTROYFLOWTABLE`,
		`NFT_MSG_GETTABLE NFT_MSG_GETCHAIN NFT_MSG_GETRULE NFT_MSG_GETSET NFT_MSG_GETSETELEM NFT_MSG_GETGEN NFT_MSG_GETOBJ
		NFT_MSG_GETOBJ_RESET NFT_MSG_GETFLOWTABLE NFT_MSG_GETRULE_RESET NFT_MSG_GETSETELEM_RESET`,
	},
	11: {messages: uapi.CompatMessages, asks: "NFNL_MSG_COMPAT_GET"},
	12: {messages: uapi.HookMessages, asks: "NFNL_MSG_HOOK_GET"},
}

// netfilterType is the type of a message: a subsystem and its own type.
func (x *context) netfilterType(kind uint64) value.Value {
	if _, ok := uapi.NetfilterBatches.Find(kind); ok {
		return x.a.Flags(kind, 2, uapi.NetfilterBatches)
	}
	subsystem, own := kind>>8, kind&0xff
	message := value.Value(x.a.Int(own, 1, value.Hex))
	if subsystem < uint64(len(netfilterSubsystems)) && netfilterSubsystems[subsystem].messages != nil {
		message = x.a.Flags(own, 1, netfilterSubsystems[subsystem].messages)
	}
	return x.a.Or(x.a.Macro("<<", x.a.Or(x.a.Flags(subsystem, 1, uapi.NetfilterSubsystems)), x.a.Int(8, 1, value.Unsigned)), message)
}

func netfilterFlags(kind uint64) *uapi.Set {
	subsystem := kind >> 8
	if subsystem >= uint64(len(netfilterSubsystems)) || netfilterSubsystems[subsystem].messages == nil {
		return uapi.NetlinkFlags
	}
	s := &netfilterSubsystems[subsystem]
	return flagsByName(s.messages, kind&0xff, s.creates, s.deletes, s.asks)
}

var netfilterHead = &syscalls.Record{Name: "nfgenmsg", Fields: []syscalls.Param{
	familyField("nfgen_family"), {Name: "version", Type: oneOf(1, uapi.NetfilterVersions)},
}}

// netfilterAttributes have numbers only: what they are called depends on the message.
var netfilterAttributes attributes

// netfilterBody adds what a message of netfilter says.
func (x *context) netfilterBody(parts []value.Value, m *netlinkMessage) []value.Value {
	const size = 4
	if len(m.body) < size {
		return append(parts, x.octetString(m.body))
	}
	head := x.record(netfilterHead, m.body[:2], 0).(*value.Struct)
	head.Fields = append(head.Fields, value.Field{Name: "res_id", Value: nlBE16.decode(x, m.body[2:4])})
	parts = append(parts, head)
	rest := m.body[size:]
	switch {
	case len(rest) == 0:
		return parts
	case m.kind>>8 == 0 && (m.kind == 0x10 || m.kind == 0x11): // a batch begins or ends
		return append(parts, x.octetString(rest))
	}
	return append(parts, x.attributes(&netfilterAttributes, rest))
}
