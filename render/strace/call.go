package strace

import "github.com/trapline/trapline/decode"

// AppendCall appends a call as far as it is decoded, without its result:
// "read(0, 0x7ffe1c2d, 1024)".
func (s *Style) AppendCall(dst []byte, c *decode.Call) []byte {
	dst = append(appendCallName(dst, c), '(')
	for i := range c.Args {
		a := &c.Args[i]
		if i > 0 {
			dst = append(dst, ", "...)
		}
		if a.Name != "" && c.Row != nil && c.Row.Named && !c.Raw() {
			dst = s.appendFieldName(dst, a.Name)
		}
		dst = s.AppendValue(dst, a.Value)
	}
	return append(dst, ')')
}
