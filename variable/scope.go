package variable

import (
	"debug/dwarf"
	"fmt"

	"github.com/trapline/trapline/unwind"
)

// A Scope is what can be named at an address: the parameters and variables of the function there,
// or of the call that is inlined there, and of its unit.
type Scope struct {
	unit       *unit
	addr       uint64
	base       *dwarf.Field // the function's frame base
	returns    *Type        // nil for nothing
	Parameters []Variable
	Results    []Variable // Go's
	Locals     []Variable // inner ones come last
	globals    []Variable
	found      bool // globals have been looked for
	calls      int  // how many more inlined calls are entered; negative for all
}

// A position is what a scope is of.
type position struct {
	addr  uint64
	calls int
}

// A Variable is one of a program.
type Variable struct {
	Name     string
	typ      dwarf.Offset
	location *dwarf.Field // nil for one that is nowhere
	constant any
	line     int64
}

// maxDepth bounds how deep entries are nested, and how often one refers to another.
const maxDepth = 64

// maxVariables is how many variables of a function are known.
const maxVariables = 4096

// At returns what can be named at an address of the file. Of the inlined calls that it lies in, so
// many of the outer ones count, negative for all: the innermost of those is what it is the scope
// of, or the function.
func (info *Info) At(addr uint64, calls int) (*Scope, error) {
	at := position{addr, calls}
	if s := info.scopes[at]; s != nil {
		return s, nil
	}
	r := info.data.Reader()
	e, err := r.SeekPC(addr)
	if err != nil {
		return nil, fmt.Errorf("variable: %s: %#x: %w", info.file.Name, addr, ErrNoInfo)
	}
	s := &Scope{unit: info.newUnit(e, addr), addr: addr, calls: calls}
	if e.Children {
		err = s.walk(r, 0, false)
	}
	if err != nil {
		return nil, fmt.Errorf("variable: %s: %w", info.file.Name, err)
	}
	info.scopes[at] = s
	return s, nil
}

// walk reads the children of an entry; within says that they are a function's.
func (s *Scope) walk(r *dwarf.Reader, depth int, within bool) error {
	for {
		e, err := r.Next()
		if err != nil || e == nil || e.Tag == 0 {
			return err
		}
		switch enter, inside := s.enters(e, within); {
		case !e.Children:
		case enter && depth < maxDepth:
			if err := s.walk(r, depth+1, inside); err != nil {
				return err
			}
		default:
			r.SkipChildren()
		}
		if within {
			s.take(e)
		}
	}
}

// enters says whether the children of an entry are looked at, and whether they are a function's.
func (s *Scope) enters(e *dwarf.Entry, within bool) (enter, inside bool) {
	switch e.Tag {
	case dwarf.TagNamespace, dwarf.TagModule, dwarf.TagStructType, dwarf.TagClassType, dwarf.TagUnionType:
		return !within, false
	case dwarf.TagSubprogram, dwarf.TagInlinedSubroutine:
		inline := e.Tag == dwarf.TagInlinedSubroutine
		if !s.covers(e) || inline && s.calls == 0 {
			return false, false
		}
		if inline {
			s.calls--
		}
		s.function(e)
		return true, true
	case dwarf.TagLexDwarfBlock:
		return within && s.covers(e), true
	}
	return false, within
}

// covers reports whether an entry's code is at the address.
func (s *Scope) covers(e *dwarf.Entry) bool {
	ranges, err := s.unit.info.data.Ranges(e)
	if err != nil {
		return false
	}
	for _, r := range ranges {
		if r[0] <= s.addr && s.addr < r[1] {
			return true
		}
	}
	return false
}

// function begins the scope of a function or an inlined call anew.
func (s *Scope) function(e *dwarf.Entry) {
	s.Parameters, s.Results, s.Locals = nil, nil, nil
	if f := e.AttrField(dwarf.AttrFrameBase); f != nil {
		s.base = f
	}
	s.returns = nil
	if off, ok := s.unit.attr(e, dwarf.AttrType).(dwarf.Offset); ok {
		s.returns = s.unit.info.typeAt(off)
	}
}

// take notes a parameter or a variable.
func (s *Scope) take(e *dwarf.Entry) {
	v, ok := s.unit.variable(e)
	if !ok || len(s.Parameters)+len(s.Locals)+len(s.Results) >= maxVariables {
		return
	}
	switch result, _ := e.Val(dwarf.AttrVarParam).(bool); {
	case e.Tag == dwarf.TagFormalParameter && result && s.unit.golang:
		s.Results = append(s.Results, v)
	case e.Tag == dwarf.TagFormalParameter:
		s.Parameters = append(s.Parameters, v)
	case e.Tag == dwarf.TagVariable:
		s.Locals = append(s.Locals, v)
	}
}

// variable reads the entry of a variable that has a name.
func (u *unit) variable(e *dwarf.Entry) (v Variable, ok bool) {
	if e.Tag != dwarf.TagFormalParameter && e.Tag != dwarf.TagVariable {
		return v, false
	}
	v.Name, _ = u.attr(e, dwarf.AttrName).(string)
	v.typ, ok = u.attr(e, dwarf.AttrType).(dwarf.Offset)
	v.location = e.AttrField(dwarf.AttrLocation)
	v.constant = u.attr(e, dwarf.AttrConstValue)
	v.line, _ = u.attr(e, dwarf.AttrDeclLine).(int64)
	return v, ok && v.Name != ""
}

// attr returns an attribute of an entry, or of the one that it is an instance of.
func (u *unit) attr(e *dwarf.Entry, a dwarf.Attr) any {
	for range maxDepth {
		if v := e.Val(a); v != nil {
			return v
		}
		off, ok := e.Val(dwarf.AttrAbstractOrigin).(dwarf.Offset)
		if !ok {
			if off, ok = e.Val(dwarf.AttrSpecification).(dwarf.Offset); !ok {
				return nil
			}
		}
		r := u.info.data.Reader()
		r.Seek(off)
		next, err := r.Next()
		if err != nil || next == nil {
			return nil
		}
		e = next
	}
	return nil
}

// Go reports whether the function is of Go.
func (s *Scope) Go() bool { return s.unit.golang }

// named returns the variable of that name: the innermost, or one of the unit.
func (s *Scope) named(name string) (*Variable, bool) {
	for _, in := range [][]Variable{s.Locals, s.Parameters, s.Results} {
		for i := len(in) - 1; i >= 0; i-- {
			if in[i].Name == name {
				return &in[i], true
			}
		}
	}
	if !s.found {
		s.found = true
		s.globals = s.unit.globals()
	}
	for i := range s.globals {
		if s.globals[i].Name == name {
			return &s.globals[i], true
		}
	}
	return nil, false
}

// each reads the entries of the unit that are in no function or type.
func (u *unit) each(use func(*dwarf.Reader, *dwarf.Entry)) {
	r := u.info.data.Reader()
	r.Seek(u.entry.Offset)
	if e, err := r.Next(); err != nil || e == nil || !e.Children {
		return
	}
	for {
		e, err := r.Next()
		if err != nil || e == nil || e.Tag == 0 {
			return
		}
		use(r, e)
		if e.Children {
			r.Seek(e.Offset)
			r.Next()
			r.SkipChildren()
		}
	}
}

// globals returns the variables of the unit.
func (u *unit) globals() (all []Variable) {
	u.each(func(_ *dwarf.Reader, e *dwarf.Entry) {
		if v, ok := u.variable(e); ok && e.Tag == dwarf.TagVariable && len(all) < maxVariables {
			all = append(all, v)
		}
	})
	return all
}

// constant returns the constant of that name of an enumeration of the unit.
func (u *unit) constant(name string) (value int64, ok bool) {
	if u.constants == nil {
		u.constants = map[string]int64{}
		u.each(func(_ *dwarf.Reader, e *dwarf.Entry) {
			if e.Tag != dwarf.TagEnumerationType {
				return
			}
			for _, c := range u.info.typeAt(e.Offset).consts {
				u.constants[c.name] = c.value
			}
		})
	}
	value, ok = u.constants[name]
	return value, ok
}

// locator returns what locations are computed with.
func (s *Scope) locator(f *Frame) *unwind.Locator {
	l := &unwind.Locator{Regs: f.Regs, Memory: f.Memory, CFA: f.CFA, Bias: f.Bias, Address: s.unit.address}
	if s.base != nil {
		l.Base = s.unit.location(s.base, s.addr)
	}
	return l
}
