package cli

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// callInfo is what the table says of a call. ABIs that describe a call of one name
// differently have one each.
type callInfo struct {
	Name    string            `json:"name"`
	Numbers map[string]uint64 `json:"numbers"` // by ABI, NRBit included
	Groups  []string          `json:"groups,omitempty"`
	Params  []*paramInfo      `json:"parameters,omitempty"`
	Result  string            `json:"result,omitempty"`

	row   *syscalls.Syscall
	abi   *abi.ABI
	fixed int  // Params that do not depend on others
	rest  bool // there are more
}

// paramInfo is what the table says of a parameter or a field.
type paramInfo struct {
	Name   string       `json:"name"`
	Dir    string       `json:"direction,omitempty"`
	Type   string       `json:"type"`
	Only   string       `json:"only,omitempty"` // when it is there
	Sets   []*setInfo   `json:"sets,omitempty"`
	Fields []*paramInfo `json:"fields,omitempty"`
}

type setInfo struct {
	Name   string      `json:"name"`
	Flags  bool        `json:"flags"`
	Values []valueInfo `json:"values"`
}

type valueInfo struct {
	Name  string `json:"name"`
	Value string `json:"value"` // hexadecimal
}

// describeCalls says what is known of the calls in the set, in the order of their
// numbers on the first ABI that has them.
func describeCalls(abis []*abi.ABI, set *filter.Calls) []*callInfo {
	var calls []*callInfo
	known := map[string][]*callInfo{}
	for _, a := range abis {
		table := syscalls.For(a)
		for _, name := range table.Names() {
			nr, row, _ := table.Named(name)
			if !set.Has(a, nr) {
				continue
			}
			c := sameRow(known[name], row)
			if c == nil {
				c = describeCall(a, row)
				known[name] = append(known[name], c)
				calls = append(calls, c)
			}
			c.Numbers[a.Name] = nr
		}
	}
	return calls
}

// sameRow returns the call that has a row like this one.
func sameRow(calls []*callInfo, row *syscalls.Syscall) *callInfo {
	for _, c := range calls {
		if c.row == row || reflect.DeepEqual(c.row, row) {
			return c
		}
	}
	return nil
}

func describeCall(a *abi.ABI, row *syscalls.Syscall) *callInfo {
	c := &callInfo{Name: row.Name, Numbers: map[string]uint64{}, row: row, abi: a}
	for _, group := range filter.Groups() {
		if filter.InGroup(group, row.Class) {
			c.Groups = append(c.Groups, group)
		}
	}
	if row.Ret != nil {
		c.Result = typeText(row.Ret)
	}
	c.params(row.Params, "")
	return c
}

// params describes parameters, and those that stand in the place of the last one.
func (c *callInfo) params(params []syscalls.Param, only string) {
	for i := range params {
		switch t := params[i].Type.(type) {
		case syscalls.Pad:
		case *syscalls.Rest:
			c.rest = true
			t.EachCase(c.abi, func(on uint64, found []syscalls.Param) {
				c.params(found, also(only, t.On+" is "+c.valueName(t.On, on)))
			})
			c.params(t.Else, only)
		default:
			p := c.param(&params[i])
			p.Only = also(only, p.Only)
			if c.Params = append(c.Params, p); !c.rest {
				c.fixed++
			}
		}
	}
}

// also joins two conditions, each of which may be none.
func also(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " and " + b
}

// valueName is the name that a parameter's value has, or its number.
func (c *callInfo) valueName(param string, v uint64) string {
	text := hexText(v)
	for _, p := range c.Params {
		if p.Name != param {
			continue
		}
		for _, set := range p.Sets {
			for _, known := range set.Values {
				if known.Value == text {
					return known.Name
				}
			}
		}
	}
	return fmt.Sprint(v)
}

// bitNames are the names of bits of a parameter, or their number.
func (c *callInfo) bitNames(param string, bits uint64) []string {
	var names []string
	for _, p := range c.Params {
		if p.Name != param {
			continue
		}
		for _, set := range p.Sets {
			for _, known := range set.Values {
				v, err := strconv.ParseUint(known.Value, 0, 64)
				if err == nil && v != 0 && v&^bits == 0 {
					names = append(names, known.Name)
				}
			}
		}
	}
	if names == nil {
		return []string{hexText(bits)}
	}
	return names
}

func hexText(v uint64) string { return fmt.Sprintf("%#x", v) }

// param describes a parameter or a field.
func (c *callInfo) param(from *syscalls.Param) *paramInfo {
	p := &paramInfo{Name: from.Name, Type: typeText(from.Type)}
	walk(from.Type, func(t syscalls.Type) {
		switch t := t.(type) {
		case syscalls.Pointer:
			if p.Dir == "" {
				p.Dir = [...]string{syscalls.In: "in", syscalls.Out: "out", syscalls.InOut: "in and out"}[t.Dir]
			}
		case syscalls.If:
			if t.On != "" { // others are never shown
				p.Only = c.condition(&t)
			}
		case syscalls.Bits:
			p.add(t.Set, c.abi)
		case syscalls.PID:
			p.add(t.Set, c.abi)
		case *syscalls.Record:
			for i := range t.Fields {
				if name := t.Fields[i].Name; name != "" && !p.has(name) { // others are reserved
					p.Fields = append(p.Fields, c.param(&t.Fields[i]))
				}
			}
		case syscalls.Custom:
			if t.Name == "ioctlCommand" {
				p.add(uapi.IoctlCommands, c.abi)
				return
			}
			for _, set := range discover(c.abi, c.row, from.Name) {
				p.add(set, c.abi)
			}
		}
	})
	return p
}

func (c *callInfo) condition(t *syscalls.If) string {
	var names []string
	if t.Any != 0 {
		return t.On + " has " + strings.Join(c.bitNames(t.On, t.Any), " or ")
	}
	for _, v := range t.Values {
		names = append(names, c.valueName(t.On, v))
	}
	return t.On + " is " + strings.Join(names, " or ")
}

// has reports whether a field is described already, of a structure as it was before.
func (p *paramInfo) has(field string) bool {
	return slices.ContainsFunc(p.Fields, func(f *paramInfo) bool { return f.Name == field })
}

// add adds a set, once.
func (p *paramInfo) add(set *uapi.Set, a *abi.ABI) {
	if set == nil {
		return
	}
	set = set.For(a)
	for _, known := range p.Sets {
		if known.Name == set.Name {
			return
		}
	}
	s := &setInfo{Name: set.Name, Flags: set.Flags}
	for _, known := range set.Consts {
		s.Values = append(s.Values, valueInfo{known.Name, hexText(known.Value)})
	}
	p.Sets = append(p.Sets, s)
}

// each calls yield with every parameter and field, and where it is: "how.resolve".
func (c *callInfo) each(yield func(place string, p *paramInfo)) {
	eachParam("", c.Params, yield)
}

func eachParam(prefix string, params []*paramInfo, yield func(string, *paramInfo)) {
	for _, p := range params {
		yield(prefix+p.Name, p)
		eachParam(prefix+p.Name+".", p.Fields, yield)
	}
}

// probes are the words and the memory that are decoded to learn of sets: whichever
// value decides what is shown, one of them has it.
var probes = []struct {
	word   uint64
	memory filled
}{{0, 0}, {^uint64(0), 0xff}, {1 << 12, 0}, {1 << 12, 0xff}}

// discover finds the sets of a parameter that no data describes, by having calls decoded:
// the values that come out hold them.
func discover(a *abi.ABI, row *syscalls.Syscall, param string) (sets []*uapi.Set) {
	if row.Mux != syscalls.Single {
		return nil
	}
	for _, p := range probes {
		var c decode.Call
		call := abi.Call{ABI: a}
		for i := range call.Args {
			call.Args[i] = a.TruncateReg(p.word)
		}
		c.Enter(call, row, decode.Mode{Strings: 32, Verbose: true}, p.memory)
		c.Exit(abi.Result{}, p.memory)
		for i := range c.Args {
			if c.Args[i].Name == param {
				sets = append(sets, setsOf(c.Args[i].Value)...)
			}
		}
	}
	return sets
}

// setsOf returns the sets in a value.
func setsOf(v value.Value) (sets []*uapi.Set) {
	switch v := v.(type) {
	case *value.Flags:
		return []*uapi.Set{v.Set}
	case *value.Or:
		for _, part := range v.Parts {
			sets = append(sets, setsOf(part)...)
		}
	case *value.Ptr:
		return setsOf(v.To)
	case *value.Struct:
		for i := range v.Fields {
			sets = append(sets, setsOf(v.Fields[i].Value)...)
		}
	case *value.Array:
		for _, e := range v.Elems {
			sets = append(sets, setsOf(e)...)
		}
	case *value.Macro:
		for _, arg := range v.Args {
			sets = append(sets, setsOf(arg)...)
		}
	case *value.Change:
		return append(setsOf(v.Before), setsOf(v.After)...)
	case *value.Note:
		return setsOf(v.Of)
	case *value.Item:
		return append(setsOf(v.Index), setsOf(v.Of)...)
	}
	return sets
}

// filled is memory all of whose bytes are the same.
type filled byte

func (f filled) ReadMem(p []byte, _ abi.Addr) (int, error) {
	for i := range p {
		p[i] = byte(f)
	}
	return len(p), nil
}
