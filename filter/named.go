package filter

import (
	"fmt"

	"github.com/trapline/trapline/decode"
)

// At is the value of a parameter of the call, or of something in it. It is missing if that is
// not there, or not yet, and if it is a structure. Its bytes are valid until the next look.
func (s *Scene) At(path decode.Path) Value {
	p, ok := s.look(path)
	if !ok || p.Answer() && !s.ended {
		return Value{}
	}
	return s.load(&p)
}

// FileAt is the path of the file that the descriptor of that name refers to.
func (s *Scene) FileAt(path decode.Path) Value {
	p, ok := s.look(path)
	if !ok {
		return Value{}
	}
	return s.link(&p)
}

func (s *Scene) look(path decode.Path) (decode.Place, bool) {
	s.buf = s.buf[:0]
	return s.Call.Locate(path)
}

// Ret is what the program's C library returns: -1 for any error.
func (s *Scene) Ret() Value { return result(s) }

// Comm is the name of the task.
func (s *Scene) Comm() Value {
	s.buf = s.buf[:0]
	return s.comm()
}

// Constant is the value of a constant of the kernel's by its name.
func Constant(name string) (uint64, error) {
	if v, ok := own[name]; ok {
		return v, nil
	}
	c := constant{text: name}
	sets, ok := c.search()
	switch {
	case !ok:
		return 0, fmt.Errorf("%s has several values", name)
	case sets == 0:
		return 0, fmt.Errorf("there is no constant %s%s", name, suggest(name, constantNames()))
	}
	for i, exists := range c.exists {
		if exists {
			return c.every[i], nil
		}
	}
	return 0, nil
}
