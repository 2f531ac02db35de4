package decode

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// A familyForm is how addresses of a family look that few programs use: fields behind the
// family, when there are size bytes.
type familyForm struct {
	size   int
	fields pieces
}

// familyForms are the forms by family.
var familyForms = map[uint64]familyForm{
	4: {16, pieces{
		{"sipx_port", 2, portNumber{}}, {"sipx_network", 4, hexNetwork{}}, {"sipx_node", 6, list{number{1, value.HexAlt}, 1, nil}},
		{"sipx_type", 1, number{1, value.HexAlt}}, {"sipx_zero", 1, spareNumber{1}},
	}},
	afTIPC: {16, pieces{{"addrtype", 1, constant{1, uapi.TIPCAddresses}}, {"scope", 1, constant{1, uapi.TIPCScopes}}, {"addr", 12, nlBytes}}},
	afNFC:  {16, pieces{{"", 2, nil}, {"dev_idx", 4, nlInterface}, {"target_idx", 4, nlX32}, {"nfc_protocol", 4, constant{4, uapi.NFCTargets}}}},
	afMCTP: {12, pieces{
		{"__smctp_pad0", 2, spareNumber{2}}, {"smctp_network", 4, constant{4, uapi.MCTPNetworks}},
		{"smctp_addr", 1, pieces{{"s_addr", 1, constant{1, uapi.MCTPAddresses}}}},
		{"smctp_type", 1, nlX8}, {"smctp_tag", 1, nlX8}, {"__smctp_pad1", 1, spareNumber{1}},
	}},
}

// spareNumber is a number that is left out while it is zero.
type spareNumber struct{ size int }

func (s spareNumber) decode(x *context, b []byte) value.Value {
	if zeros(b[:s.size]) {
		return nil
	}
	return x.a.Int(integer(b, 0, s.size), s.size, value.Hex)
}

// portNumber is a port.
type portNumber struct{}

func (portNumber) decode(x *context, b []byte) value.Value { return x.networkPort(b) }

// hexNetwork is a number of 32 bits in network order, written in hexadecimal.
type hexNetwork struct{}

func (hexNetwork) decode(x *context, b []byte) value.Value {
	return x.a.Macro("htonl", x.a.Or(x.a.Int(swap32(integer(b, 0, 4)), 4, value.Hex)))
}

// rareFields adds the fields of an address of a family that few programs use. It reports
// false when the family has no form of its own or the address is too short for it.
func (x *context) rareFields(f []value.Field, family uint64, b []byte) ([]value.Field, bool) {
	switch {
	case family == afBluetooth:
		return x.bluetoothAddress(f, b)
	case family == afX25 && len(b) >= 18:
		inner := x.a.Struct(append(x.a.Fields(1), value.Field{Name: "x25_addr", Value: x.shortened(b[2:18], 16)}), false)
		return append(f, value.Field{Name: "sx25_addr", Value: inner}), true
	case family == afIEEE802154 && len(b) >= 20:
		return append(f, value.Field{Name: "addr", Value: x.ieee802154(b[4:20])}), true
	case family == afRXRPC && len(b) >= 36:
		return x.rxrpcFields(f, b), true
	}
	form, ok := familyForms[family]
	if !ok || len(b) < form.size {
		return f, false
	}
	s := form.fields.decode(x, b[2:]).(*value.Struct)
	switch family {
	case afTIPC:
		s.Fields[2].Value = x.tipcAddress(uint64(b[2]), b[4:16])
	case afNFC:
		if len(b) > form.size {
			s.Fields = append(s.Fields, value.Field{Value: x.a.Macro("...")})
		}
	}
	return append(f, s.Fields...), true
}

// tipcAddress is what the kind of address makes of twelve bytes.
func (x *context) tipcAddress(kind uint64, b []byte) value.Value {
	word := func(i int) value.Value { return x.a.Int(integer(b, 4*i, 4), 4, value.Unsigned) }
	hex := func(i int) value.Value { return x.a.Int(integer(b, 4*i, 4), 4, value.Hex) }
	name, fields := "", x.a.Fields(3)
	switch kind {
	case 1:
		name = "nameseq"
		fields = append(fields, value.Field{Name: "type", Value: word(0)}, value.Field{Name: "lower", Value: word(1)}, value.Field{Name: "upper", Value: word(2)})
	case 2:
		name = "name"
		inner := append(x.a.Fields(2), value.Field{Name: "type", Value: word(0)}, value.Field{Name: "instance", Value: word(1)})
		fields = append(fields, value.Field{Name: "name", Value: x.a.Struct(inner, false)}, value.Field{Name: "domain", Value: hex(2)})
	case 3:
		name = "id"
		fields = append(fields, value.Field{Name: "ref", Value: word(0)}, value.Field{Name: "node", Value: hex(1)})
	default:
		return x.a.Str(b, false)
	}
	return x.a.Struct(append(x.a.Fields(1), value.Field{Name: name, Value: x.a.Struct(fields, false)}), false)
}

// explained is a number with its name as an explanation, in every style.
func (x *context) explained(v uint64, size int, set *uapi.Set) value.Value {
	n := x.a.Int(v, size, value.Hex)
	if name, ok := set.Find(v); ok {
		return x.a.Meaning(n, name)
	}
	if set.Unknown == "" {
		return n
	}
	return x.a.Meaning(n, set.Unknown)
}

// ieee802154 is struct ieee802154_addr_sa.
func (x *context) ieee802154(b []byte) value.Value {
	const none, short = 0, 2
	kind := integer(b, 0, 4)
	f := append(x.a.Fields(3),
		value.Field{Name: "addr_type", Value: x.explained(kind, 4, uapi.IEEE802154Addresses)},
		value.Field{Name: "pan_id", Value: x.explained(integer(b, 4, 2), 2, uapi.IEEE802154Networks)})
	switch kind {
	case none:
	case short:
		f = append(f, value.Field{Name: "short_addr", Value: x.explained(integer(b, 6, 2), 2, uapi.IEEE802154Shorts)})
	default:
		f = append(f, value.Field{Name: "hwaddr", Value: x.hardwareAddr(b[6:14])})
	}
	return x.a.Struct(f, false)
}

// rxrpcFields decodes an address of RXRPC, which holds one of the protocol below.
func (x *context) rxrpcFields(f []value.Field, b []byte) []value.Field {
	return append(f,
		value.Field{Name: "srx_service", Value: x.explained(integer(b, 2, 2), 2, uapi.RXRPCServices)},
		value.Field{Name: "transport_type", Value: x.a.Flags(integer(b, 4, 2), 2, uapi.SocketTypes)},
		value.Field{Name: "transport_len", Value: x.a.Int(integer(b, 6, 2), 2, value.Unsigned)},
		value.Field{Name: "transport", Value: x.rxrpcTransport(b[8:], int(integer(b, 6, 2)))})
}

// rxrpcTransport decodes the address below, of which n bytes count.
func (x *context) rxrpcTransport(b []byte, n int) value.Value {
	family := integer(b, 0, 2)
	f := append(x.a.Fields(5), value.Field{Name: "family", Value: x.a.Flags(family, 2, uapi.AddressFamilies)})
	outer := ""
	switch family {
	case afInet:
		f[0].Name, outer = "sin_family", "sin"
	case afInet6:
		f[0].Name, outer = "sin6_family", "sin6"
	}
	switch {
	case family == afInet && n >= 16:
		f = x.inetFields(f, b)
	case family == afInet6 && n == 24:
		f = x.inet6Fields(f, b[:24])
	case family == afInet6 && n > 24:
		f = x.inet6Fields(f, b[:28])
	case n > 2:
		f = append(f, value.Field{Value: x.a.Str(b[2:min(n, len(b))], false)})
	}
	s := x.a.Struct(f, false)
	if outer == "" {
		return s
	}
	return x.a.Struct(append(x.a.Fields(1), value.Field{Name: outer, Value: s}), false)
}
