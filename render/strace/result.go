package strace

import (
	"strconv"

	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// A restart is a result that the kernel keeps to itself: the call is to be made
// again after a signal. Raw is its text where only words are shown.
type restart struct{ name, text, raw string }

// restarts are the results of errno 512 and up. A tracer sees them; the program
// does not.
var restarts = map[int]restart{
	512: {"ERESTARTSYS", "To be restarted if SA_RESTART is set", "Unknown error 512"},
	513: {"ERESTARTNOINTR", "To be restarted", "Unknown error 513"},
	514: {"ERESTARTNOHAND", "To be restarted if no handler", "Unknown error 514"},
	516: {"ERESTART_RESTARTBLOCK", "Interrupted by signal", "Unknown error 516"},
}

// appendResult appends what stands behind " = ".
func (s *Style) appendResult(dst []byte, c *decode.Call) []byte {
	if c.Result.Failed {
		return s.appendError(dst, c)
	}
	dst = s.paint(dst, inResult)
	if c.Ret == nil {
		return s.paint(append(dst, '?'), plain)
	}
	bare := *s
	bare.Color = false
	switch c.Ret.(type) {
	case *value.FD, *value.PID:
		dst = s.AppendValue(dst, c.Ret)
	default:
		dst = bare.AppendValue(dst, c.Ret)
	}
	dst = s.paint(dst, plain)
	if c.After == nil || s.Constants == Raw && composed(c.After) {
		return dst
	}
	dst = append(s.paint(append(dst, ' '), inResult), '(')
	dst = bare.appendAfter(dst, c.After)
	return s.paint(append(dst, ')'), plain)
}

// composed reports whether v is put together by a macro or of flags.
func composed(v value.Value) bool {
	m, ok := v.(*value.Macro)
	return ok && (len(m.Args) > 0 || m.Number != nil)
}

// appendError appends an error. Where words are all that is shown, one that restarts the call is like
// any other.
func (s *Style) appendError(dst []byte, c *decode.Call) []byte {
	errno := c.Result.Errno()
	r, restarted := restarts[errno]
	if restarted && !c.Raw() {
		dst = append(s.paint(dst, inResult), '?')
		return s.appendReason(s.paint(dst, plain), r.name, r.text)
	}
	dst = append(s.paint(dst, inResult), "-1"...)
	dst = s.paint(dst, plain)
	if restarted {
		return s.appendReason(dst, r.name, r.raw)
	}
	name, ok := uapi.Errnos.Find(uint64(errno))
	if !ok {
		dst = append(s.paint(append(dst, ' '), inFail), "(errno "...)
		dst = strconv.AppendInt(dst, int64(errno), 10)
		return s.paint(append(dst, ')'), plain)
	}
	return s.appendReason(dst, name, uapi.ErrnoText(errno))
}

// appendReason appends the name of an error and what it means.
func (s *Style) appendReason(dst []byte, name, text string) []byte {
	dst = append(s.paint(append(dst, ' '), inFail), name...)
	dst = append(s.paint(dst, plain), ' ')
	dst = append(s.paint(dst, inFail), '(')
	dst = append(dst, text...)
	return s.paint(append(dst, ')'), plain)
}

// appendAfter appends what explains a result: a structure is written in words,
// "flags O_RDWR", a macro is not what it stands for, and a bare note is its text.
func (s *Style) appendAfter(dst []byte, v value.Value) []byte {
	switch v := v.(type) {
	case *value.Struct:
		return s.appendWords(dst, v)
	case *value.Macro:
		return s.appendInvocation(dst, v)
	case *value.Note:
		if v.Of == nil {
			return s.appendText(dst, v.Text)
		}
	}
	return s.AppendValue(dst, v)
}

// appendWords appends the fields of an explanation. The flags of open are names in
// any style.
func (s *Style) appendWords(dst []byte, v *value.Struct) []byte {
	for i := range v.Fields {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		if name := v.Fields[i].Name; name != "" {
			dst = append(append(dst, name...), ' ')
		}
		style := *s
		if isOpenFlags(v.Fields[i].Value) {
			style.Constants = Abbrev
		}
		dst = style.AppendValue(dst, v.Fields[i].Value)
	}
	return dst
}

// unusual makes a result that was given to a call and that the kernel does not give be shown
// as all of its bits.
func unusual(c *decode.Call, t *trace.Tampering) {
	n, ok := c.Ret.(*value.Int)
	if t != nil && t.Result && ok && c.Result.Value>>31 != 0 && n.Size < 8 {
		n.Bits, n.Size, n.Form = c.Result.Value, 8, value.Unsigned
	}
}

// appendTampering appends what was done to the call.
func appendTampering(dst []byte, t *trace.Tampering) []byte {
	if t == nil {
		return dst
	}
	switch {
	case t.Args && t.Result:
		dst = append(dst, " (INJECTED: args, retval)"...)
	case t.Args:
		dst = append(dst, " (INJECTED: args)"...)
	case t.Result:
		dst = append(dst, " (INJECTED)"...)
	}
	if t.Delayed {
		dst = append(dst, " (DELAYED)"...)
	}
	return dst
}
