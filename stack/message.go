package stack

import "encoding/binary"

// A message is a protocol buffer message that is being written. Fields that are zero are
// left out, as that is what a reader takes them for.
type message []byte

// The wire types of fields.
const (
	wireVarint = 0
	wireBytes  = 2
)

func (m *message) tag(field, wire uint64) { *m = binary.AppendUvarint(*m, field<<3|wire) }

func (m *message) uint(field, v uint64) {
	if v != 0 {
		m.tag(field, wireVarint)
		*m = binary.AppendUvarint(*m, v)
	}
}

func (m *message) bool(field uint64, v bool) {
	if v {
		m.uint(field, 1)
	}
}

// bytes adds a string or a message.
func (m *message) bytes(field uint64, b []byte) {
	m.tag(field, wireBytes)
	*m = append(binary.AppendUvarint(*m, uint64(len(b))), b...)
}

// uints adds a repeated field.
func (m *message) uints(field uint64, values ...uint64) {
	var packed message
	for _, v := range values {
		packed = binary.AppendUvarint(packed, v)
	}
	m.bytes(field, packed)
}
