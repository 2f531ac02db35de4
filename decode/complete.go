package decode

// Complete reports whether Args holds every argument of the call: at entry, whether
// none has to wait for the kernel's answer.
func (c *Call) Complete() bool { return c.next >= len(c.params) }

// Raw reports whether the call is shown as words because that was asked for.
func (c *Call) Raw() bool { return c.mode.Raw }
