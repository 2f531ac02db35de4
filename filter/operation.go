package filter

import "bytes"

// An operation is a function of expressions.
type operation struct {
	name   string
	kinds  []Kind // of its arguments
	result Kind
	run    func(s *Scene, args []Value) Value
}

// maxArguments is how many arguments the function with the most of them takes.
const maxArguments = 3

var operations = [...]operation{
	{"reverse", []Kind{Text}, Text, reverse},
	{"replace", []Kind{Text, Text, Text}, Text, replace},
	{"upper", []Kind{Text}, Text, upper},
	{"lower", []Kind{Text}, Text, lower},
	{"len", []Kind{Text}, Int, length},
}

func findOperation(name string) *operation {
	for i := range operations {
		if operations[i].name == name {
			return &operations[i]
		}
	}
	return nil
}

func operationNames() []string {
	names := make([]string, len(operations))
	for i := range operations {
		names[i] = operations[i].name
	}
	return names
}

// copied makes a string anew, to be changed.
func (s *Scene) copied(b []byte) []byte {
	start := len(s.buf)
	s.buf = append(s.buf, b...)
	return s.buf[start:]
}

func reverse(s *Scene, args []Value) Value {
	b := s.copied(args[0].Bytes)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return textOf(b)
}

// maxText is how long a string may become.
const maxText = 1 << 24

func replace(s *Scene, args []Value) Value {
	rest, old, fresh := args[0].Bytes, args[1].Bytes, args[2].Bytes
	if len(old) == 0 {
		return args[0]
	}
	start := len(s.buf)
	for {
		i := bytes.Index(rest, old)
		if i < 0 {
			break
		}
		s.buf = append(append(s.buf, rest[:i]...), fresh...)
		rest = rest[i+len(old):]
		if len(s.buf)-start > maxText {
			return Value{}
		}
	}
	s.buf = append(s.buf, rest...)
	return textOf(s.buf[start:])
}

func upper(s *Scene, args []Value) Value { return s.mapped(args[0].Bytes, 'a') }
func lower(s *Scene, args []Value) Value { return s.mapped(args[0].Bytes, 'A') }

// mapped turns the case of the letters round that begin with first. Only those of ASCII
// have one: a buffer is bytes.
func (s *Scene) mapped(b []byte, first byte) Value {
	b = s.copied(b)
	for i, c := range b {
		if c >= first && c < first+26 {
			b[i] = c ^ 0x20
		}
	}
	return textOf(b)
}

func length(_ *Scene, args []Value) Value {
	return integerOf(uint64(len(args[0].Bytes)), 8, false)
}
