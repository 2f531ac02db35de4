package variable

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image/dwarf"
	"github.com/trapline/trapline/internal/alike"
	"github.com/trapline/trapline/unwind"
)

// A Scope is what can be named at an address: the parameters and variables of the function there,
// or of the call that is inlined there, and of its unit.
type Scope struct {
	unit       *unit
	addr       uint64
	entered    bool            // the address is where the function begins
	name       string          // of the function; empty until it is needed
	unknown    map[error]error // what is said of names that mean nothing, by Unnamed or untyped
	base       []byte          // the function's frame base: an expression
	returns    *Type           // nil for nothing
	Parameters []Variable
	Results    []Variable // Go's
	Locals     []Variable // inner ones come last
}

// A position is what a scope is of.
type position struct {
	addr  uint64
	calls int
}

// A Variable is one of a program.
type Variable struct {
	Name  string
	entry dwarf.Entry
	// What its entry says, once it is settled.
	typ      *Type
	location []byte // an expression; nil for one that is nowhere
	constant []byte
	address  func(uint64) (uint64, bool) // by a number in .debug_addr
	settled  bool
	moved    bool // what its entry is about is a pointer to it
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
	all := info.data.At(addr)
	if len(all) == 0 {
		return nil, fmt.Errorf("variable: %s: %#x: %w", info.file.Name, addr, ErrNoInfo)
	}
	function, call := all[0], all[len(all)-1]
	if calls >= 0 {
		call = all[min(calls, len(all)-1)]
	}
	s := &Scope{unit: info.unit(function), addr: addr}
	s.entered = slices.ContainsFunc(function.Spans(), func(span dwarf.Span) bool { return span.Low == addr })
	s.base = function.Location(dwarf.AttrFrameBase, addr)
	if t := call.Ref(dwarf.AttrType); t.Valid() {
		s.returns = info.typeAt(t)
	}
	s.walk(call, 0)
	info.scopes[at] = s
	return s, nil
}

// walk takes the variables in a function or a block, and in the blocks in it that have the address.
func (s *Scope) walk(in dwarf.Entry, depth int) {
	for e := range in.Kids() {
		if e.Tag == dwarf.TagFormalParameter || e.Tag == dwarf.TagVariable {
			s.take(e)
		}
	}
	for e := range in.Kids() {
		if e.Tag == dwarf.TagLexicalBlock && depth < maxDepth && e.Covers(s.addr) {
			s.walk(e, depth+1)
		}
	}
}

// take notes a parameter or a variable.
func (s *Scope) take(e dwarf.Entry) {
	v, ok := newVariable(e)
	if !ok || len(s.Parameters)+len(s.Locals)+len(s.Results) >= maxVariables {
		return
	}
	v.settle(s)
	switch {
	case e.Tag == dwarf.TagVariable:
		s.Locals = append(s.Locals, v)
	case s.unit.golang() && e.Flag(dwarf.AttrVariableParameter):
		if len(s.Results) == 0 || s.Results[len(s.Results)-1].Name != v.Name || v.Name == "_" {
			s.Results = append(s.Results, v) // Go 1.26 may tell twice of one
		}
	default:
		s.Parameters = append(s.Parameters, v)
	}
}

// newVariable is the variable that an entry describes; ok is false for one without a name, and for
// one that is only declared.
func newVariable(e dwarf.Entry) (v Variable, ok bool) {
	v.Name, v.entry = e.Name(), e
	if name, moved := strings.CutPrefix(v.Name, "&"); moved { // Go has moved it to the heap
		v.Name, v.moved = name, true
	}
	return v, v.Name != "" && !e.Flag(dwarf.AttrDeclaration)
}

// settle finds what the entry says of the variable in a scope.
func (v *Variable) settle(s *Scope) {
	if v.settled {
		return
	}
	v.settled, v.address = true, v.entry.Indexed
	v.typ = s.unit.info.typeAt(v.entry.Ref(dwarf.AttrType))
	v.location = v.entry.Location(dwarf.AttrLocation, s.addr)
	v.constant, _ = v.entry.Bytes(dwarf.AttrConstValue)
}

// Go reports whether the function is of Go.
func (s *Scope) Go() bool { return s.unit.golang() }

// named returns the variable of that name in the function: the innermost.
func (s *Scope) named(name string) (*Variable, bool) {
	for _, in := range [][]Variable{s.Locals, s.Parameters, s.Results} {
		for i := len(in) - 1; i >= 0; i-- {
			if in[i].Name == name {
				return &in[i], true
			}
		}
	}
	return nil, false
}

// global returns the variable of that name outside of functions.
func (s *Scope) global(name string) (*Variable, bool) {
	e, ok := s.unit.find(name, s.function(), variableTags)
	if !ok {
		return nil, false
	}
	v := s.unit.variables[e]
	if v == nil {
		v = &Variable{Name: name, entry: e}
		s.unit.variables[e] = v
	}
	return v, true
}

// typeNamed returns the type of that name, from whichever unit.
func (s *Scope) typeNamed(name string) (*Type, error) {
	missing := untyped(name)
	if err := s.unknown[missing]; err != nil {
		return nil, err
	}
	if e, ok := s.unit.findAny(name, s.function(), typeTags); ok {
		return s.unit.info.typeAt(e), nil
	}
	return nil, s.noName(missing, name)
}

// function is what the function is called, with its scopes.
func (s *Scope) function() string {
	if s.name == "" {
		if all := s.unit.info.data.Calls(nil, s.addr); len(all) > 0 {
			s.name = all[len(all)-1].Qualified()
		}
	}
	return s.name
}

// locator returns what the location of a variable is computed with.
func (s *Scope) locator(f *Frame, v *Variable) *unwind.Locator {
	l := &f.locator
	if l.Own == nil {
		l.Own = func(off uint64) (abi.Addr, error) { return f.own(f.Scope.unit.info.file, f.Bias, off) }
	}
	l.Regs, l.Memory, l.CFA, l.Bias = f.Regs, f.Memory, f.CFA, f.Bias
	l.Base, l.AtEntry, l.Address = s.base, s.entered, v.address
	return l
}

// noName is the error of a name that means nothing here. It is made once, as a condition may have
// it at every hit.
func (s *Scope) noName(missing error, name string) error {
	err := missing
	names := slices.Collect(maps.Keys(s.unit.names))
	for _, in := range [][]Variable{s.Locals, s.Parameters, s.Results} {
		for i := range in {
			names = append(names, in[i].Name)
		}
	}
	slices.Sort(names)
	if near := alike.To(name, slices.Compact(names)); len(near) > 0 {
		err = fmt.Errorf("%w%s", err, alike.Hint(near))
	}
	if s.unknown == nil {
		s.unknown = map[error]error{}
	}
	s.unknown[missing] = err
	return err
}
