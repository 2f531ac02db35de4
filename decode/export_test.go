package decode

import "github.com/trapline/trapline/value"

// NetlinkMessages decodes the messages of a socket of that protocol.
func NetlinkMessages(protocol int, b []byte) value.Value {
	return newNetlinkContext(new(Call), nil).netlinkMessages(protocol, b)
}
