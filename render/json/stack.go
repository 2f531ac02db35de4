package json

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/value"
)

// catch takes the call stack of a call before it ends: that of execve is gone then.
func (o *Observer) catch(s *trace.Stop, t *task) {
	t.caught = o.o.Stack != nil && o.o.Stack(s, &t.stack)
}

// recatch takes the call stack at the end of a call, unless the entry has told it.
func (o *Observer) recatch(s *trace.Stop, t *task) {
	if !t.caught {
		o.catch(s, t)
	}
}

// stack writes the call stack that was caught.
func (o *Observer) stack(t *task) {
	if !t.caught {
		return
	}
	t.caught = false
	o.buf = append(appendKey(o.buf, "stack"), '[')
	for i := range t.stack.Frames {
		if i > 0 {
			o.buf = append(o.buf, ',')
		}
		o.buf = appendFrame(o.buf, &t.stack.Frames[i])
	}
	o.buf = append(o.buf, ']')
	if t.stack.End != "" {
		o.buf = appendText(o.buf, "stack_end", t.stack.End)
	}
}

// appendFrame appends one call of a stack.
func appendFrame(dst []byte, f *value.Frame) []byte {
	dst = appendHex(append(dst, '{'), "pc", uint64(f.PC))
	if f.File != "" {
		dst = appendText(dst, "file", f.File)
		dst = appendHex(dst, "at", f.At)
	}
	if f.Symbol != "" {
		dst = appendText(dst, "symbol", f.Symbol)
		dst = appendHex(dst, "offset", f.Offset)
	}
	if f.Source != "" {
		dst = appendText(dst, "source", f.Source)
		dst = appendUint(dst, "line", uint64(f.Line))
	}
	dst = appendTrue(dst, "inlined", f.Inlined)
	return append(appendTrue(dst, "guess", f.Guess), '}')
}

// stack reads a call stack.
func (p *parser) stack() []value.Frame {
	frames := []value.Frame{}
	p.array(func() {
		var f value.Frame
		p.object(func(key string) { p.frame(&f, key) })
		frames = append(frames, f)
	})
	return frames
}

func (p *parser) frame(f *value.Frame, key string) {
	switch key {
	case "pc":
		f.PC = abi.Addr(p.uint())
	case "file", "file64":
		f.File = string(p.bytes(key))
	case "at":
		f.At = p.uint()
	case "symbol", "symbol64":
		f.Symbol = string(p.bytes(key))
	case "offset":
		f.Offset = p.uint()
	case "source", "source64":
		f.Source = string(p.bytes(key))
	case "line":
		f.Line = p.id()
	case "inlined":
		f.Inlined = p.bool()
	case "guess":
		f.Guess = p.bool()
	default:
		p.skip()
	}
}
