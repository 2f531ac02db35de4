package decode

import (
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
	"net/netip"
)

const inetIDSize = 48

var (
	inetQuestion    = diagMessage{"sdiag_family", 8 + inetIDSize, withID{head: inetQuestionHead}, &inetRequestAttributes}
	inetOldQuestion = diagMessage{"idiag_family", 4 + inetIDSize + 8, withID{head: inetOldHead, tail: structure{inetOldTail}}, &inetRequestAttributes}
	inetAnswer      = diagMessage{"idiag_family", 4 + inetIDSize + 20, withID{head: inetAnswerHead, tail: inetAnswerTail}, &inetAttributes}
)

var inetExtensions = asBits(uapi.InetDiagAttributes, "1<<(", "-1)", 1)

var (
	inetQuestionHead = &syscalls.Record{Name: "inet_diag_req_v2", Fields: []syscalls.Param{
		familyField("sdiag_family"), {Name: "sdiag_protocol", Type: oneOf(1, uapi.IPProtocols)},
		{Name: "idiag_ext", Type: oneOf(1, inetExtensions)}, {Type: hidden(1)}, {Name: "idiag_states", Type: oneOf(4, tcpStateBits)},
	}}
	inetOldHead = &syscalls.Record{Name: "inet_diag_req", Fields: []syscalls.Param{
		familyField("idiag_family"), {Name: "idiag_src_len", Type: u8}, {Name: "idiag_dst_len", Type: u8}, {Name: "idiag_ext", Type: oneOf(1, inetExtensions)},
	}}
	inetOldTail = &syscalls.Record{Name: "inet_diag_req", Fields: []syscalls.Param{
		{Name: "idiag_states", Type: oneOf(4, tcpStateBits)}, {Name: "idiag_dbs", Type: u32},
	}}
	inetAnswerHead = &syscalls.Record{Name: "inet_diag_msg", Fields: []syscalls.Param{
		familyField("idiag_family"), {Name: "idiag_state", Type: oneOf(1, uapi.TCPStates)}, {Name: "idiag_timer", Type: u8}, {Name: "idiag_retrans", Type: u8},
	}}
	inetAnswerTail = &integers{name: "inet_diag_msg", runs: []run{{u32, "idiag_expires idiag_rqueue idiag_wqueue idiag_uid idiag_inode"}}}
)

// withID is a structure around the id of an Internet socket: the fields before it and those
// behind it, if there are any. Its addresses are of the family; zero: the message's.
type withID struct {
	head   *syscalls.Record
	tail   payload
	family byte
}

func (w withID) decode(x *context, b []byte) value.Value {
	family := w.family
	if family == 0 {
		family = b[0]
	}
	size := w.head.Size(x.abi)
	s := x.record(w.head, b[:size], 0).(*value.Struct)
	f := append(append(x.a.Fields(len(s.Fields)+8), s.Fields...),
		value.Field{Name: "id", Value: x.inetID(b[size:size+inetIDSize], family)})
	if w.tail != nil {
		f = append(f, w.tail.decode(x, b[size+inetIDSize:]).(*value.Struct).Fields...)
	}
	return x.a.Struct(f, false)
}

// inetID is struct inet_diag_sockid.
func (x *context) inetID(b []byte, family byte) value.Value {
	cookie := append(x.a.Values(2), x.a.Int(integer(b, 40, 4), 4, value.Unsigned), x.a.Int(integer(b, 44, 4), 4, value.Unsigned))
	return x.a.Struct(append(x.a.Fields(6),
		value.Field{Name: "idiag_sport", Value: x.networkPort(b[0:2])},
		value.Field{Name: "idiag_dport", Value: x.networkPort(b[2:4])},
		value.Field{Name: "idiag_src", Value: x.eitherAddr(family, b[4:20])},
		value.Field{Name: "idiag_dst", Value: x.eitherAddr(family, b[20:36])},
		value.Field{Name: "idiag_if", Value: x.netInterface(integer(b, 36, 4))},
		value.Field{Name: "idiag_cookie", Value: x.a.Array(cookie, false, value.List)}), false)
}

// eitherAddr is an address of IPv6 or, in the first bytes, of IPv4.
func (x *context) eitherAddr(family byte, b []byte) value.Value {
	if family == afInet6 {
		return x.inet6Addr(b)
	}
	m := x.a.Macro("inet_addr", x.ip(netip.AddrFrom4([4]byte(b))))
	m.Number = x.binary(b)
	return m
}

var inetRequestAttributes = attributes{names: uapi.InetDiagRequests, holds: []holding{
	{inetBytecode{}, "INET_DIAG_REQ_BYTECODE"},
	{named{0, uapi.IPProtocols}, "INET_DIAG_REQ_PROTOCOL"},
}}

// inetAttributes are what is said of an Internet socket.
var inetAttributes = attributes{names: uapi.InetDiagAttributes, holds: []holding{
	{&integers{name: "inet_diag_meminfo", runs: []run{{u32, "idiag_rmem idiag_wmem idiag_fmem idiag_tmem"}}}, "INET_DIAG_MEMINFO"},
	{&integers{name: "tcpvegas_info", runs: []run{{u32, "tcpv_enabled tcpv_rttcnt tcpv_rtt tcpv_minrtt"}}}, "INET_DIAG_VEGASINFO"},
	{&integers{name: "tcp_dctcp_info", runs: []run{{u16, "dctcp_enabled dctcp_ce_state"}, {u32, "dctcp_alpha dctcp_ab_ecn dctcp_ab_tot"}}}, "INET_DIAG_DCTCPINFO"},
	{&integers{name: "tcp_bbr_info", runs: []run{{x32, "bbr_bw_lo bbr_bw_hi"}, {u32, "bbr_min_rtt bbr_pacing_gain bbr_cwnd_gain"}}}, "INET_DIAG_BBRINFO"},
	{phrase{}, "INET_DIAG_CONG"},
	{nlU8, "INET_DIAG_TOS INET_DIAG_TCLASS INET_DIAG_SKV6ONLY"},
	{nlU32, "INET_DIAG_MARK INET_DIAG_CLASS_ID"},
	{nlU64, "INET_DIAG_CGROUP_ID"},
	{socketMemory, "INET_DIAG_SKMEMINFO"},
	{shutdownSides{}, "INET_DIAG_SHUTDOWN"},
	{named{0, uapi.IPProtocols}, "INET_DIAG_PROTOCOL"},
	{list{socketAddress{}, maxSockaddr, nil}, "INET_DIAG_LOCALS INET_DIAG_PEERS"},
	{list{md5Signature{}, 100, nil}, "INET_DIAG_MD5SIG"},
	{nested{&ulpAttributes}, "INET_DIAG_ULP_INFO"},
	{nested{&attributes{names: uapi.BPFStorages, holds: []holding{{nested{&attributes{names: uapi.BPFStorage, holds: []holding{
		{nlU32, "SK_DIAG_BPF_STORAGE_MAP_ID"},
		{shortHex{}, "SK_DIAG_BPF_STORAGE_MAP_VALUE"},
	}}}, "SK_DIAG_BPF_STORAGE"}}}}, "INET_DIAG_SK_BPF_STORAGES"},
	{inetOptions{}, "INET_DIAG_SOCKOPT"},
}}

// shortHex is a number of up to eight bytes.
type shortHex struct{}

func (shortHex) decode(x *context, b []byte) value.Value {
	switch len(b) {
	case 1, 2, 4, 8:
		return x.a.Int(mem.Little(b), len(b), value.Hex)
	}
	return nil
}

var ulpAttributes = attributes{names: uapi.ULPAttributes, holds: []holding{
	{phrase{}, "INET_ULP_INFO_NAME"},
	{nested{&attributes{names: uapi.TLSAttributes, holds: []holding{
		{named{2, uapi.TLSVersions}, "TLS_INFO_VERSION"},
		{named{2, uapi.TLSCiphers}, "TLS_INFO_CIPHER"},
		{named{2, uapi.TLSConfigurations}, "TLS_INFO_TXCONF TLS_INFO_RXCONF"},
	}}}, "INET_ULP_INFO_TLS"},
	{nested{&attributes{names: uapi.SubflowAttributes, holds: []holding{
		{nlX32, "MPTCP_SUBFLOW_ATTR_TOKEN_REM MPTCP_SUBFLOW_ATTR_TOKEN_LOC"},
		{nlU32, "MPTCP_SUBFLOW_ATTR_RELWRITE_SEQ MPTCP_SUBFLOW_ATTR_MAP_SFSEQ MPTCP_SUBFLOW_ATTR_SSN_OFFSET"},
		{nlU64, "MPTCP_SUBFLOW_ATTR_MAP_SEQ"},
		{nlU16, "MPTCP_SUBFLOW_ATTR_MAP_DATALEN"},
		{nlU8, "MPTCP_SUBFLOW_ATTR_ID_REM MPTCP_SUBFLOW_ATTR_ID_LOC"},
		{named{4, uapi.SubflowFlags}, "MPTCP_SUBFLOW_ATTR_FLAGS"},
	}}}, "INET_ULP_INFO_MPTCP"},
}}

// md5Signature is struct tcp_diag_md5sig.
type md5Signature struct{}

func (md5Signature) decode(x *context, b []byte) value.Value {
	const addr, key = 4, 20
	f := append(x.a.Fields(5),
		value.Field{Name: "tcpm_family", Value: x.addressFamily(b)},
		value.Field{Name: "tcpm_prefixlen", Value: x.a.Int(uint64(b[1]), 1, value.Unsigned)},
		value.Field{Name: "tcpm_keylen", Value: x.a.Int(integer(b, 2, 2), 2, value.Unsigned)})
	from := x.familyAddr(b[0], b[addr:key])
	if from == nil {
		from = x.octetString(b[addr:key])
	}
	n := min(int(integer(b, 2, 2)), len(b)-key)
	return x.a.Struct(append(f,
		value.Field{Name: "tcpm_addr", Value: from},
		value.Field{Name: "tcpm_key", Value: x.binary(b[key : key+n])}), false)
}

// shutdownSides is the directions that are shut down: a number and what it means.
type shutdownSides struct{}

func (shutdownSides) decode(x *context, b []byte) value.Value {
	if len(b) > 8 {
		return nil
	}
	return x.meant(uint64(b[0]), 1, uapi.SocketShutdown)
}

// inetOptions is struct inet_diag_sockopt: a bit for each option.
type inetOptions struct{}

const inetOptionNames = `recverr is_icsk freebind hdrincl mc_loop transparent mc_all nodefrag
	bind_address_no_port recverr_rfc4884 defer_connect`

func (inetOptions) decode(x *context, b []byte) value.Value {
	const size = 2
	if len(b) < size {
		return nil
	}
	bits := integer(b, 0, size)
	f := x.a.Fields(12)
	eachWord(inetOptionNames, func(name string) {
		if bits&1 != 0 || x.c.mode.Verbose {
			f = append(f, value.Field{Name: name, Value: x.a.Int(bits&1, 1, value.Unsigned)})
		}
		bits >>= 1
	})
	if bits == 0 && !x.c.mode.Verbose {
		return x.a.Struct(f, false)
	}
	unused := x.a.Note(x.a.Int(bits, 1, value.Hex), "bits 3..8")
	return x.a.Struct(append(f, value.Field{Name: "unused", Value: unused}), false)
}

// socketAddress is an address in a struct sockaddr_storage.
type socketAddress struct{}

func (socketAddress) decode(x *context, b []byte) value.Value { return x.sockaddrOf(b) }

// inetBytecode is the filter of a question: its first operation, and what that is about.
type inetBytecode struct{}

var inetOperation = &syscalls.Record{Name: "inet_diag_bc_op", Fields: []syscalls.Param{
	{Name: "code", Type: oneOf(1, uapi.InetBytecode)}, {Name: "yes", Type: u8}, {Name: "no", Type: u16},
}}

func (inetBytecode) decode(x *context, b []byte) value.Value {
	return structure{inetOperation}.decode(x, b)
}

func (inetBytecode) rest(x *context, b []byte) value.Value {
	const size = 4
	about := b[size:]
	if len(about) == 0 {
		return nil
	}
	var v value.Value
	switch name, _ := uapi.InetBytecode.Find(uint64(b[0])); name {
	case "INET_DIAG_BC_S_COND", "INET_DIAG_BC_D_COND":
		v = x.hostCondition(about)
	case "INET_DIAG_BC_DEV_COND":
		v = nlInterface.decode(x, about)
	case "INET_DIAG_BC_S_GE", "INET_DIAG_BC_S_LE", "INET_DIAG_BC_D_GE", "INET_DIAG_BC_D_LE":
		v = structure{inetOperation}.decode(x, about)
	case "INET_DIAG_BC_MARK_COND":
		v = inetMark.decode(x, about)
	}
	if v == nil {
		return x.octetString(about)
	}
	return v
}

var inetMark = &integers{name: "inet_diag_markcond", runs: []run{{u32, "mark mask"}}}

var inetHost = &syscalls.Record{Name: "inet_diag_hostcond", Fields: []syscalls.Param{
	familyField("family"), {Name: "prefix_len", Type: u8}, {Name: "port", Type: s32},
}}

// hostCondition is struct inet_diag_hostcond.
func (x *context) hostCondition(b []byte) value.Value {
	const head = 8
	if len(b) < head {
		return nil
	}
	s := x.record(inetHost, b[:head], 0).(*value.Struct)
	if addr := b[head:]; len(addr) > 0 && b[0] != 0 {
		v := x.familyAddr(b[0], addr)
		if v == nil {
			v = x.octetString(addr)
		}
		s.Fields = append(s.Fields, value.Field{Name: "addr", Value: v})
	}
	return s
}
