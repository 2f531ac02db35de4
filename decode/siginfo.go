package decode

import "github.com/trapline/trapline/value"

// Siginfo decodes a siginfo_t of the tracer's own ABI. The value is valid until the
// next call is entered.
func (c *Call) Siginfo(info []byte) value.Value { return nil }
