package decode

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// bluetoothAddress adds the fields of a bluetooth address: only its length tells of which
// protocol it is. It reports false for other lengths.
func (x *context) bluetoothAddress(f []value.Field, b []byte) ([]value.Field, bool) {
	switch len(b) {
	case 4:
		return append(f, value.Field{Name: "hci_dev", Value: x.bluetoothOrder(x.a.Int(integer(b, 2, 2), 2, value.Unsigned))}), true
	case 6:
		return append(f,
			value.Field{Name: "hci_dev", Value: x.bluetoothOrder(x.a.Int(integer(b, 2, 2), 2, value.Unsigned))},
			value.Field{Name: "hci_channel", Value: x.a.Flags(integer(b, 4, 2), 2, uapi.HCIChannels)}), true
	case 8:
		return append(f, value.Field{Name: "sco_bdaddr", Value: x.hardwareAddr(b[2:8])}), true
	case 10:
		return append(f,
			value.Field{Name: "rc_bdaddr", Value: x.hardwareAddr(b[2:8])},
			value.Field{Name: "rc_channel", Value: x.a.Int(uint64(b[8]), 1, value.Unsigned)}), true
	case 12, 14:
		f = append(f,
			value.Field{Name: "l2_psm", Value: x.bluetoothOrder(x.dynamic(integer(b, 2, 2), uapi.L2CAPMultiplexers, dynamicRange{"L2CAP_PSM_DYN_START", 0xffff}, dynamicRange{"L2CAP_PSM_LE_DYN_START", 0xff}))},
			value.Field{Name: "l2_bdaddr", Value: x.hardwareAddr(b[4:10])},
			value.Field{Name: "l2_cid", Value: x.bluetoothOrder(x.dynamic(integer(b, 10, 2), uapi.L2CAPChannels, dynamicRange{"L2CAP_CID_DYN_START", 0xffff}))})
		if len(b) == 14 {
			f = append(f, value.Field{Name: "l2_bdaddr_type", Value: x.a.Flags(uint64(b[12]), 1, uapi.BluetoothAddresses)})
		}
		return f, true
	}
	return f, false
}

// bluetoothOrder is a number in the order of bluetooth.
func (x *context) bluetoothOrder(v value.Value) value.Value { return x.a.Macro("htobs", x.a.Or(v)) }

// A dynamicRange is numbers that are handed out from a named one on.
type dynamicRange struct {
	start string
	end   uint64
}

// dynamic is a number that has a name, or one of a range.
func (x *context) dynamic(v uint64, set *uapi.Set, ranges ...dynamicRange) value.Value {
	if _, ok := set.Find(v); ok {
		return x.a.Flags(v, 2, set)
	}
	for _, r := range ranges {
		if start, _ := set.Value(r.start); v > start && v <= r.end {
			m := x.a.Macro("+", x.a.Flags(start, 2, set), x.a.Int(v-start, 2, value.Unsigned))
			m.Number = x.a.Int(v, 2, value.Hex)
			return m
		}
	}
	return x.a.Flags(v, 2, set)
}
