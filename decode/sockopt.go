package decode

import (
	"math"
	"math/bits"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// setOption and getOption decode the name of a socket option, which the level gives
// its meaning.
func setOption(x *context, w uint64) value.Value {
	switch x.arg(0) {
	case solSocket:
		return x.a.Flags(w, 4, uapi.SocketSetOptions.For(x.abi))
	case solIP:
		return x.a.Flags(w, 4, uapi.IPSetOptions)
	case solIPv6:
		return x.a.Flags(w, 4, uapi.IPV6SetOptions)
	}
	return x.option(w)
}

func getOption(x *context, w uint64) value.Value {
	switch x.arg(0) {
	case solSocket:
		return x.a.Flags(w, 4, uapi.SocketGetOptions.For(x.abi))
	case solIP:
		return x.a.Flags(w, 4, uapi.IPGetOptions)
	case solIPv6:
		return x.a.Flags(w, 4, uapi.IPV6GetOptions)
	}
	return x.option(w)
}

func (x *context) option(w uint64) value.Value {
	if set := optionsOf(x.arg(0)); set != nil {
		return x.a.Flags(w, 4, set.For(x.abi))
	}
	return x.a.Int(w, 4, value.Unsigned)
}

// optionsOf returns the options of a level that has the same ones for setting and
// getting.
func optionsOf(level uint64) *uapi.Set {
	switch level {
	case solTCP:
		return uapi.TCPOptions
	case solUDP:
		return uapi.UDPOptions
	case solNetlink:
		return uapi.NetlinkOptions
	case solPacket:
		return uapi.PacketOptions
	case solRaw:
		return uapi.RawOptions
	}
	return rareOptionsOf(level)
}

func rareOptionsOf(level uint64) *uapi.Set {
	switch level {
	case 101:
		return uapi.CANRawOptions
	case 132:
		return uapi.SCTPOptions
	case 256:
		return uapi.IPXOptions
	case 257:
		return uapi.AX25Options
	case 266:
		return uapi.IRDAOptions
	case 268:
		return uapi.LLCOptions
	case 269:
		return uapi.DCCPOptions
	case 271:
		return uapi.TIPCOptions
	case 272:
		return uapi.RXRPCOptions
	case 273:
		return uapi.PPPOL2TPOptions
	case 274:
		return uapi.BluetoothOptions
	case 275:
		return uapi.PNPIPEOptions
	case 276:
		return uapi.RDSOptions
	case 277:
		return uapi.IUCVOptions
	case 278:
		return uapi.CAIFOptions
	case 279:
		return uapi.ALGOptions
	case 280:
		return uapi.NFCOptions
	case 281:
		return uapi.KCMOptions
	case 282:
		return uapi.TLSOptions
	case 283:
		return uapi.XDPOptions
	}
	return nil
}

// Options whose values have a form of their own.
const (
	soLinger       = 13
	soError        = 4
	soPeercred     = 17
	soAttachFilter = 26
	soReuseCBPF    = 51
	soTxrehash     = 74
	soPeerpidfd    = 77

	mcastJoin  = 42
	mcastLeave = 45

	ipAddMembership  = 35
	ipDropMembership = 36
	ipPortRange      = 51
	ipProtocol       = 52

	ipv6AddMembership  = 20
	ipv6DropMembership = 21
	ipv6JoinAnycast    = 27
	ipv6LeaveAnycast   = 28

	icmpFilter = 1

	packetAddMembership  = 1
	packetDropMembership = 2
	packetRxRing         = 5
	packetStatistics     = 6
	packetTxRing         = 13
)

var (
	linger = &syscalls.Record{Name: "linger", Fields: []syscalls.Param{{Name: "l_onoff", Type: s32}, {Name: "l_linger", Type: s32}}}

	packetStats = &syscalls.Record{Name: "tpacket_stats", Fields: []syscalls.Param{{Name: "tp_packets", Type: u32}, {Name: "tp_drops", Type: u32}}}
	packetRing  = &syscalls.Record{Name: "tpacket_req", Fields: []syscalls.Param{
		{Name: "tp_block_size", Type: u32}, {Name: "tp_block_nr", Type: u32}, {Name: "tp_frame_size", Type: u32}, {Name: "tp_frame_nr", Type: u32},
	}}
	packetMreq = &syscalls.Record{Name: "packet_mreq", Fields: []syscalls.Param{
		{Name: "mr_ifindex", Type: syscalls.Custom{Name: "interface", Width: 4}},
		{Name: "mr_type", Type: syscalls.Bits{Width: 2, Form: value.Hex, Set: uapi.PacketMemberships}},
		{Name: "mr_alen", Type: u16},
	}}
)

// setOptionValue decodes what an option is set to. The siblings are the level, the
// option and the length.
func setOptionValue(x *context, w uint64) value.Value {
	at, n := abi.Addr(w), int32(x.arg(2))
	if n < 0 || x.c.mode.Opaque {
		return nil
	}
	if v, ok := x.ownOptionValue(at, n, false); ok {
		return v
	}
	switch level, option := x.arg(0), x.arg(1); {
	case level == solNetlink, level == solSocket && isInt(option):
		if n < 4 {
			return nil
		}
		return x.numberAt(at)
	}
	return x.plainOption(at, uint64(n))
}

// getOptionValue decodes an option that the kernel wrote into as many bytes as the
// integer at the sibling's address said before.
func getOptionValue(x *context, w uint64) value.Value {
	at, lenAt := abi.Addr(x.abi.TruncateWord(w)), abi.Addr(x.arg(2))
	if !x.exit {
		return nil
	}
	n, ok := x.load(lenAt, 4)
	if x.c.Result.Failed || at == 0 || !ok || int32(n) <= 0 || x.c.mode.Opaque {
		return x.a.Ptr(at, nil)
	}
	if v, ok := x.ownOptionValue(at, int32(n), true); ok {
		return v
	}
	if x.arg(0) == solSocket && isInt(x.arg(1)) && n < 4 {
		return x.binary(x.readSome(at, int(n)))
	}
	return x.plainOption(at, n)
}

// ownOptionValue decodes the options with a form of their own; nil stands for
// one that is too short.
func (x *context) ownOptionValue(at abi.Addr, n int32, get bool) (value.Value, bool) {
	switch level, option := x.arg(0), x.arg(1); level {
	case solSocket:
		return x.ownSocketOption(option, at, n, get)
	case solIP:
		return x.ownIPOption(option, at, n, get)
	case solIPv6:
		return x.ownIPv6Option(option, at, n, get)
	case solPacket:
		return x.ownPacketOption(option, at, n, get)
	case solRaw:
		if option == icmpFilter && n > 0 {
			return x.icmpTypes(at, min(int(n), 4)), true
		}
		return nil, option == icmpFilter
	}
	return nil, false
}

func (x *context) ownSocketOption(option uint64, at abi.Addr, n int32, get bool) (value.Value, bool) {
	switch {
	case option == soLinger && get:
		return x.partial(linger, at, n), true
	case option == soLinger:
		return x.enough(linger, at, n), true
	case option == soPeercred && get:
		return x.partial(ucred, at, n), true
	case option == soError && get:
		return x.errorAt(at, n), true
	case option == soPeerpidfd && get && n == 4:
		if v, ok := x.load(at, 4); ok {
			return x.one(x.descriptor(int32(v))), true
		}
	case option == soTxrehash && n >= 4:
		return x.rehashAt(at), true
	case option == soTxrehash && !get:
		return nil, true
	case (option == soAttachFilter || option == soReuseCBPF) && !get:
		if n != int32(2*x.abi.Word) {
			return nil, true
		}
		return x.filterAt(at, x.socketInstruction), true
	}
	return nil, false
}

func (x *context) ownIPOption(option uint64, at abi.Addr, n int32, get bool) (value.Value, bool) {
	switch {
	case (option == ipAddMembership || option == ipDropMembership) && !get:
		b := x.read(at, 8)
		if n < 8 || b == nil {
			return nil, true
		}
		return x.a.Struct(append(x.a.Fields(2),
			value.Field{Name: "imr_multiaddr", Value: x.inetAddr(b[:4])},
			value.Field{Name: "imr_interface", Value: x.inetAddr(b[4:])}), false), true
	case (option == mcastJoin || option == mcastLeave) && !get:
		return x.groupRequest(at, n), true
	case option == ipPortRange:
		return x.portRange(at, n), true
	case option == ipProtocol && get && n == 4:
		if v, ok := x.load(at, 4); ok {
			return x.one(x.a.Flags(v, 4, uapi.IPProtocols)), true
		}
	}
	return nil, false
}

// groupRequest decodes a struct group_req; nil when n bytes are too few for it.
func (x *context) groupRequest(at abi.Addr, n int32) value.Value {
	word := x.abi.Word
	b := x.read(at, word+maxSockaddr)
	if int(n) < word+maxSockaddr || b == nil {
		return nil
	}
	return x.a.Struct(append(x.a.Fields(2),
		value.Field{Name: "gr_interface", Value: x.netInterface(integer(b, 0, 4))},
		value.Field{Name: "gr_group", Value: x.sockaddrOf(b[word:])}), false)
}

// portRange decodes two ports in one integer.
func (x *context) portRange(at abi.Addr, n int32) value.Value {
	if n != 4 {
		return x.binary(x.readSome(at, int(n)))
	}
	v, ok := x.load(at, 4)
	if !ok {
		return x.a.Lost(at)
	}
	number := x.a.Int(v, 4, value.Hex)
	if v == 0 {
		return x.one(number)
	}
	b := x.a.Bytes(16)
	if low := v & 0xffff; low != 0 {
		b = appendDecimal(b, low)
	}
	b = append(b, ".."...)
	if high := v >> 16; high != 0 {
		b = appendDecimal(b, high)
	}
	return x.one(x.a.Meaning(number, text(b)))
}

func appendDecimal(b []byte, v uint64) []byte {
	if v >= 10 {
		b = appendDecimal(b, v/10)
	}
	return append(b, byte('0'+v%10))
}

func (x *context) ownIPv6Option(option uint64, at abi.Addr, n int32, get bool) (value.Value, bool) {
	if (option == mcastJoin || option == mcastLeave) && !get {
		return x.groupRequest(at, n), true
	}
	switch option {
	case ipv6AddMembership, ipv6DropMembership, ipv6JoinAnycast, ipv6LeaveAnycast:
		b := x.read(at, 20)
		if get {
			return nil, false
		}
		if n < 20 || b == nil {
			return nil, true
		}
		return x.a.Struct(append(x.a.Fields(2),
			value.Field{Name: "ipv6mr_multiaddr", Value: x.inet6Addr(b[:16])},
			value.Field{Name: "ipv6mr_interface", Value: x.netInterface(integer(b, 16, 4))}), false), true
	}
	return nil, false
}

func (x *context) ownPacketOption(option uint64, at abi.Addr, n int32, get bool) (value.Value, bool) {
	switch {
	case option == packetStatistics && get:
		return x.partial(packetStats, at, n), true
	case (option == packetRxRing || option == packetTxRing) && !get:
		if n != int32(packetRing.Size(x.abi)) {
			return nil, true
		}
		return x.recordAt(packetRing, at), true
	case (option == packetAddMembership || option == packetDropMembership) && !get:
		return x.packetMembership(at, n), true
	}
	return nil, false
}

// packetMembership decodes a struct packet_mreq.
func (x *context) packetMembership(at abi.Addr, n int32) value.Value {
	const size, most = 16, 8
	b := x.read(at, size)
	if n != size || b == nil {
		return nil
	}
	s := x.record(packetMreq, b, at).(*value.Struct)
	length := min(integer(b, 6, 2), most)
	s.Fields = append(s.Fields, value.Field{Name: "mr_address", Value: x.hardwareAddr(b[8 : 8+length])})
	return s
}

// hardwareAddr is a link layer address: 00:16:3e:01:02:03.
func (x *context) hardwareAddr(b []byte) *value.Macro {
	s := x.a.Bytes(3 * len(b))
	for i, c := range b {
		if i > 0 {
			s = append(s, ':')
		}
		s = append(s, "0123456789abcdef"[c>>4], "0123456789abcdef"[c&0xf])
	}
	m := x.a.Macro(text(s))
	m.Number = x.binary(b)
	return m
}

// icmpTypes decodes a set of ICMP messages, one that has most of them as the set
// of all but the others. Of n bytes those that are not there count as full.
func (x *context) icmpTypes(at abi.Addr, n int) value.Value {
	b := x.read(at, n)
	if b == nil {
		return x.a.Lost(at)
	}
	set := truncate(mem.Little(b)|^truncate(math.MaxUint64, n), 4)
	style := value.Members
	if bits.OnesCount64(set) > 16 {
		set, style = truncate(^set, 4), value.Absent
	}
	elems := x.a.Values(bits.OnesCount64(set))
	for ; set != 0; set &= set - 1 {
		elems = append(elems, x.a.Flags(uint64(bits.TrailingZeros64(set)), 1, uapi.ICMPTypes))
	}
	return x.a.Array(elems, false, style)
}

// plainOption decodes an option nothing more is known about: most are an int.
func (x *context) plainOption(at abi.Addr, n uint64) value.Value {
	if n == 4 {
		return x.numberAt(at)
	}
	return x.buffer(at, n)
}

func (x *context) numberAt(at abi.Addr) value.Value {
	v, ok := x.load(at, 4)
	if !ok {
		return x.a.Lost(at)
	}
	return x.one(x.a.Int(v, 4, value.Signed))
}

// rehashAt decodes whether a socket may change its path; a number outside the set
// is written in decimal.
func (x *context) rehashAt(at abi.Addr) value.Value {
	v, ok := x.load(at, 4)
	if !ok {
		return x.a.Lost(at)
	}
	if _, known := uapi.Rehash.Find(v); known {
		return x.one(x.a.Flags(v, 4, uapi.Rehash))
	}
	return x.one(x.a.Meaning(x.a.Int(v, 4, value.Signed), uapi.Rehash.Unknown))
}

// errorAt decodes the pending error of a socket.
func (x *context) errorAt(at abi.Addr, n int32) value.Value {
	if n < 4 {
		return x.binary(x.readSome(at, int(n)))
	}
	v, ok := x.load(at, 4)
	if !ok {
		return x.a.Lost(at)
	}
	if _, ok := uapi.Errnos.Find(v); ok {
		return x.one(x.a.Flags(v, 4, uapi.Errnos))
	}
	return x.one(x.a.Int(v, 4, value.Signed))
}

// enough decodes a structure if n bytes are enough for it.
func (x *context) enough(r *syscalls.Record, at abi.Addr, n int32) value.Value {
	if int(n) < r.Size(x.abi) {
		return nil
	}
	return x.recordAt(r, at)
}

// partial decodes the first n bytes of a structure of ints. One that is cut is
// shown as the bytes there are.
func (x *context) partial(r *syscalls.Record, at abi.Addr, n int32) value.Value {
	b := x.read(at, min(int(n), r.Size(x.abi)))
	if b == nil {
		return x.a.Lost(at)
	}
	f := x.a.Fields(len(r.Fields))
	for i := range r.Fields {
		p := &r.Fields[i]
		switch size := p.Type.Size(x.abi); {
		case len(b) >= size:
			f = append(f, value.Field{Name: p.Name, Value: x.element(p.Type, b, 0, at)})
			b = b[size:]
		case len(b) > 0:
			f = append(f, value.Field{Name: p.Name, Value: x.binary(b)})
			b = nil
		}
	}
	return x.a.Struct(f, false)
}

// intOptions are the options of sockets that are known to be an int, as a set.
var intOptions = func() (set [2]uint64) {
	for _, o := range []uint64{
		1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 18, 19, 27, 29, 30, 32, 33, 34, 35, 36, 37, 40, 41, 42, 43, 44, 45,
		46, 49, 53, 56, 60, 63, 64, 65, 68, 69, 70, 73, 75, 76, 82, 83, 84,
	} {
		set[o/64] |= 1 << (o % 64)
	}
	return set
}()

func isInt(option uint64) bool {
	return option < 128 && intOptions[option/64]>>(option%64)&1 != 0
}
