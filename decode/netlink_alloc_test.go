package decode

import "testing"

// The messages that programs ask about interfaces, routes and sockets with, and the answers,
// cost no allocation.
func TestNetlinkAllocatesNothing(t *testing.T) {
	link := netlinkMessageOf(16, make([]byte, 16), netlinkAttribute(3, "lo\x00"), netlinkAttribute(4, "\x00\x00\x01\x00"),
		netlinkAttribute(1, "\x02\x00\x00\x00\x00\x01"), netlinkAttribute(18, string(netlinkAttribute(1, "veth\x00"))))
	for name, test := range map[string]struct {
		protocol int
		b        []byte
	}{
		"link":    {netlinkRoute, link},
		"several": {netlinkRoute, append(link, link...)},
		"address": {netlinkRoute, netlinkMessageOf(20, []byte{2, 8, 0, 0, 1, 0, 0, 0}, netlinkAttribute(1, "\x7f\x00\x00\x01"), netlinkAttribute(3, "lo\x00"))},
		"route":   {netlinkRoute, netlinkMessageOf(24, make([]byte, 12), netlinkAttribute(15, "\xfe\x00\x00\x00"), netlinkAttribute(8, string(netlinkAttribute(2, "\xdc\x05\x00\x00"))))},
		"diag":    {4, netlinkMessageOf(20, append([]byte{2, 6, 0, 0, 0xff, 0xff, 0xff, 0xff}, make([]byte, 48)...))},
		"control": {16, netlinkMessageOf(16, []byte{3, 2, 0, 0}, netlinkAttribute(2, "nl80211\x00"))},
		"error":   {netlinkRoute, netlinkMessageOf(2, append([]byte{0xfe, 0xff, 0xff, 0xff}, link[:16]...))},
	} {
		var c Call
		run := func() {
			if x := newNetlinkContext(&c, nil); x.netlinkMessages(test.protocol, test.b) == nil {
				t.Errorf("%s is nothing", name)
			}
		}
		run()
		if n := testing.AllocsPerRun(100, run); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// netlinkMessageOf is a netlink message of a type.
func netlinkMessageOf(kind byte, body []byte, attributes ...[]byte) []byte {
	b := append([]byte{0, 0, 0, 0, kind, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0}, body...)
	for _, a := range attributes {
		b = append(b, a...)
	}
	b[0] = byte(len(b))
	return b
}

// netlinkAttribute is an attribute with its padding.
func netlinkAttribute(kind byte, data string) []byte {
	b := append([]byte{byte(4 + len(data)), 0, kind, 0}, data...)
	return append(b, make([]byte, -len(data)&3)...)
}
