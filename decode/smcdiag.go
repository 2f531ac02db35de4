package decode

import (
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

var (
	smcQuestion = diagMessage{"diag_family", 4 + inetIDSize, withID{smcQuestionHead, nil, afInet}, nil}
	smcAnswer   = diagMessage{"diag_family", 64, withID{smcAnswerHead, smcAnswerTail, afInet}, &smcAttributes}
)

var smcExtensions = func() *uapi.Set {
	s := asBits(uapi.SMCDiagAttributes, "1<<(", "-1)", 1)
	s.Unknown = "1<<SMC_DIAG_???-1"
	return s
}()

var (
	smcQuestionHead = &syscalls.Record{Name: "smc_diag_req", Fields: []syscalls.Param{
		familyField("diag_family"), {Type: hidden(1)}, {Name: "diag_ext", Type: oneOf(1, smcExtensions)}, {Type: hidden(1)},
	}}
	smcAnswerHead = &syscalls.Record{Name: "smc_diag_msg", Fields: []syscalls.Param{
		familyField("diag_family"), {Name: "diag_state", Type: oneOf(1, uapi.SMCStates)},
		{Name: "diag_fallback", Type: oneOf(1, uapi.SMCModes)}, {Name: "diag_shutdown", Type: u8},
	}}
	smcAnswerTail = pieces{{"diag_uid", 4, nlU32}, {"diag_inode", 8, nlU64}}
)

// smcCursor is struct smc_diag_cursor.
var smcCursor = &syscalls.Record{Name: "smc_diag_cursor", Fields: []syscalls.Param{
	{Name: "reserved", Type: u16}, {Name: "wrap", Type: u16}, {Name: "count", Type: u32},
}}

var smcAttributes = attributes{names: uapi.SMCDiagAttributes, holds: []holding{
	{smcConnection, "SMC_DIAG_CONNINFO"},
	{pieces{
		{"lnk", 147, list{pieces{{"link_id", 1, nlU8}, {"ibname", 64, cryptoName}, {"ibport", 1, nlU8}, {"gid", 40, cryptoName}, {"peer_gid", 40, cryptoName}}, 146, nil}},
		{"role", 1, constant{1, uapi.SMCRoles}},
	}, "SMC_DIAG_LGRINFO"},
	{named{0, uapi.SocketShutdown}, "SMC_DIAG_SHUTDOWN"},
	{smcBuffer{}, "SMC_DIAG_DMBINFO"},
	{structure{&syscalls.Record{Name: "smc_diag_fallback", Fields: []syscalls.Param{
		{Name: "reason", Type: oneOf(4, smcDeclines)}, {Name: "peer_diagnosis", Type: oneOf(4, smcDeclines)},
	}}}, "SMC_DIAG_FALLBACK"},
}}

var smcConnection = &integers{name: "smc_diag_conninfo", runs: []run{
	{u32, "token sndbuf_size rmbe_size peer_rmbe_size"},
	{smcCursor, "rx_prod rx_cons tx_prod tx_cons"},
	{syscalls.Bits{Width: 1, Form: value.HexAlt}, "rx_prod_flags rx_conn_state_flags tx_prod_flags tx_conn_state_flags"},
	{smcCursor, "tx_prep tx_sent tx_fin"},
}}

var smcBufferFields = &integers{name: "smcd_diag_dmbinfo", runs: []run{
	{u32, "linkid"}, {x64, "peer_gid my_gid token peer_token peer_gid_ext my_gid_ext"},
}}

// smcBuffer is struct smcd_diag_dmbinfo, whose last fields are newer.
type smcBuffer struct{}

func (smcBuffer) decode(x *context, b []byte) value.Value {
	r := *smcBufferFields.record()
	if len(b) < 56 {
		r.Fields = r.Fields[:5]
	}
	return structure{&r}.decode(x, b)
}

// smcDeclines are reasons to fall back to TCP, which no UAPI header names.
var smcDeclines = &uapi.Set{Name: "reasons of SMC", Unknown: "SMC_CLC_DECL_???"}
