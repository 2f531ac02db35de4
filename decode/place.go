package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/syscalls"
)

// A Place is where a value of a call lies: in registers or in memory.
type Place struct {
	// Type is what lies there. It is none of Custom with a plain form, If, Switch and
	// Exchange.
	Type syscalls.Type
	// Reg is the first of Regs registers; with Regs zero the place is in memory, at Addr.
	Reg, Regs int
	Addr      abi.Addr
	// Size is how many bytes there are; zero for a string that ends with its NUL.
	Size int

	hops   [maxHops]Hop
	n      int
	filled bool
	left   int // with filled, how many bytes of the buffer that comes next the kernel has filled
	word   int // Reg among the words of the call, which is another one for a part of ipc
}

// A Hop is a pointer that was followed on the way to a place. It lies in the register Reg or,
// when that is negative, at the address Pointer.
type Hop struct {
	Reg     int
	Pointer abi.Addr
	// Object is what it points to, of Size bytes; zero for a string that ends with its NUL.
	Object abi.Addr
	Size   int
	Dir    syscalls.Dir
}

// maxHops is more than the pointers there are on the way to any value.
const maxHops = 5

// Hops are the pointers followed on the way to the place, the first one first.
func (p *Place) Hops() []Hop { return p.hops[:p.n] }

// Answer reports whether it is the kernel that writes what lies there, so that it is known
// at the exit only.
func (p *Place) Answer() bool {
	for i := range p.n {
		if p.hops[i].Dir == syscalls.Out {
			return true
		}
	}
	return false
}

// Begin makes a call ready for Locate at its entry, without decoding it. The reader is
// used until End.
func (c *Call) Begin(call abi.Call, row *syscalls.Syscall, m mem.Reader) {
	if !c.start(call, row, Mode{Strings: maxPath}, m) {
		c.params, c.words = nil, nil
		c.x.begin(c, m, false)
	}
}

// End tells the result of a call that has begun, and from where to read from now on.
func (c *Call) End(r abi.Result, m mem.Reader) {
	c.Result = r
	c.x.begin(c, m, true)
}

// Locate finds where the value that a path names lies: of a string, a buffer or a number
// behind a pointer the target, of a structure its address. It reports false when there is
// no such value, and reads no more memory than the way there takes.
func (c *Call) Locate(path Path) (p Place, ok bool) {
	p, ok = c.LocateWord(path)
	if !ok {
		return p, false
	}
	x := &c.x
	if t, pointer := p.Type.(syscalls.Pointer); pointer && x.valued(t.Elem) {
		ok = x.follow(&p, &t)
	}
	return p, ok
}

// LocateTarget is Locate that follows the last pointer to a structure or an array, too.
func (c *Call) LocateTarget(path Path) (p Place, ok bool) {
	p, ok = c.LocateWord(path)
	if t, pointer := p.Type.(syscalls.Pointer); ok && pointer && t.Elem != nil {
		to := p
		if c.x.follow(&to, &t) {
			return to, true
		}
		ok = false
	}
	return p, ok
}

// LocateWord is Locate that does not follow the last pointer.
func (c *Call) LocateWord(path Path) (p Place, ok bool) {
	if len(path) == 0 || !c.param(path[0].Name, &p) {
		return p, false
	}
	for _, step := range path[1:] {
		if !c.x.step(&p, step) {
			return p, false
		}
	}
	return p, true
}

// param finds a parameter.
func (c *Call) param(name string, p *Place) bool {
	c.x.scope = scope{params: c.params, words: c.words}
	for i := range c.words {
		if c.params[i].Name == name {
			c.register(i, p)
			return c.x.settle(p, c.params[i].Type)
		}
	}
	return false
}

// register finds the registers, or the words of a part, that hold parameter i.
func (c *Call) register(i int, p *Place) {
	p.Reg, p.Regs = syscalls.Register(c.params, c.ABI, i)
	p.word = p.Reg
	if c.part == nil {
		return
	}
	if c.part.Words == nil {
		p.Addr, p.Regs = c.base+abi.Addr(p.Reg*c.ABI.Word), 0
	} else if from := c.part.Words[p.Reg]; from >= 0 {
		p.Reg = int(from)
	} else {
		p.Addr, p.Regs = c.inMemory(from), 0
	}
}

// settle finds out what type of thing really lies at p, and of what size.
func (x *context) settle(p *Place, t syscalls.Type) bool {
	for range maxDepth {
		switch s := t.(type) {
		case nil, syscalls.Pad:
			return false
		case syscalls.If:
			if !x.holds(&s) {
				return false
			}
			t = s.Then
		case syscalls.Switch:
			t = x.pick(&s)
		case syscalls.Exchange:
			t = s.Before
			if x.exit {
				t = s.After
			}
		case syscalls.Custom:
			x.args = s.Args
			plain := syscalls.Plain(x.abi, &s)
			if plain == nil {
				p.Type, p.Size = t, s.Size(x.abi)
				return true
			}
			t = plain
		default:
			return x.measure(p, t)
		}
	}
	return false
}

// measure sets the type and finds out the size of what lies at p.
func (x *context) measure(p *Place, t syscalls.Type) (ok bool) {
	p.Type, p.Size, ok = t, t.Size(x.abi), true
	switch t := t.(type) {
	case syscalls.Buf:
		if t.Len != "" {
			p.Size, ok = x.extent(t.Len, 1)
		}
	case syscalls.Array:
		if t.Len != "" {
			p.Size, ok = x.extent(t.Len, t.Elem.Size(x.abi))
		} else if t.Ended {
			n, _ := x.countWords(p.Addr)
			p.Size = n * x.abi.Word
		}
	case *syscalls.Union:
		return x.form(p, t)
	}
	return ok
}

// extent is the size of as many elements as a sibling says.
func (x *context) extent(r syscalls.Ref, size int) (int, bool) {
	n, ok := x.count(r)
	if n > uint64(maxValue) {
		n = maxValue + 1 // more than can be looked at, as is anything above it
	}
	return int(n) * size, ok
}

// form finds out which form the structure at p has.
func (x *context) form(p *Place, t *syscalls.Union) bool {
	p.Type, p.Size = t.Else, maxSockaddr
	if t.Len != "" {
		n, ok := x.count(t.Len)
		if !ok {
			return false
		}
		p.Size = int(min(n, maxSockaddr))
	}
	tag, at, _ := t.Else.Field(x.abi, t.Tag)
	n := tag.Type.Size(x.abi)
	v, ok := x.load(p.Addr+abi.Addr(at), n)
	if form := t.Forms[v]; form != nil {
		p.Type = form
	}
	return ok && at+n <= p.Size
}

// count returns the number that a sibling, or what it points to, holds.
func (x *context) count(r syscalls.Ref) (uint64, bool) {
	switch r {
	case syscalls.Arg0, syscalls.Arg1, syscalls.Arg2:
		i := int(r[1] - '0')
		if i >= len(x.args) {
			return 0, false
		}
		r = syscalls.Ref(x.args[i])
	}
	if r == syscalls.Result {
		return x.c.Result.Value, x.exit && !x.c.Result.Failed
	}
	v, ok := x.sibling(string(r))
	if ok && x.scope.record == nil && x.points(string(r)) {
		return x.load(abi.Addr(x.abi.TruncateWord(v)), 4)
	}
	return v, ok
}

// points reports whether a parameter is the address of a number.
func (x *context) points(name string) bool {
	for i := range x.scope.params {
		if x.scope.params[i].Name != name {
			continue
		}
		t := x.scope.params[i].Type
		if c, ok := t.(syscalls.Custom); ok {
			t = syscalls.Plain(x.abi, &c)
		}
		_, ok := t.(syscalls.Pointer)
		return ok
	}
	return false
}

// pick returns the type a Switch stands for.
func (x *context) pick(t *syscalls.Switch) syscalls.Type {
	on, _ := x.count(syscalls.Ref(t.On))
	return t.Of(on)
}

// step goes on from p to one of its fields or elements.
func (x *context) step(p *Place, s Step) bool {
	if t, ok := p.Type.(syscalls.Pointer); ok && !x.follow(p, &t) {
		return false
	}
	switch t := p.Type.(type) {
	case *syscalls.Record:
		return s.Name != "" && x.fieldOf(p, t, s.Name)
	case syscalls.Array:
		if t.Filled && x.exit && !x.fill(p, t.Elem, s.Index) {
			return false
		}
		return s.Name == "" && x.elementOf(p, t.Elem, s.Index)
	case syscalls.Buf:
		return s.Name == "" && x.elementOf(p, octet, s.Index)
	}
	return false
}

// octet is a byte of a buffer.
var octet = syscalls.Type(syscalls.Bits{Width: 1})

// follow goes on from p to what the pointer there points to.
func (x *context) follow(p *Place, t *syscalls.Pointer) bool {
	at, ok := x.c.Load(p)
	if !ok || at == 0 || t.Elem == nil || p.n == maxHops {
		return false
	}
	hop := &p.hops[p.n]
	*hop = Hop{Reg: p.Reg, Object: abi.Addr(at), Dir: t.Dir}
	if p.Regs == 0 {
		hop.Reg, hop.Pointer = -1, p.Addr
	}
	p.n++
	p.Addr, p.Reg, p.Regs = abi.Addr(at), 0, 0
	ok = x.settle(p, t.Elem)
	if p.filled && t.Dir == syscalls.Out {
		p.Size = min(p.Size, p.left)
	}
	hop.Size = p.Size
	return ok
}

// fill finds out how much of buffer i of those at p the kernel has filled: what is left of the
// result when those before it are full.
func (x *context) fill(p *Place, elem syscalls.Type, i int) bool {
	const most = 1024 // UIO_MAXIOV
	r, ok := elem.(*syscalls.Record)
	if !ok || i > most || x.c.Result.Failed {
		return false
	}
	left := min(x.c.Result.Value, maxValue)
	for n := range i {
		v, ok := x.load(p.Addr+abi.Addr(n*r.Size(x.abi)+r.Offset(x.abi, 1)), x.abi.Word)
		if !ok {
			return false
		}
		left -= min(left, v)
	}
	p.filled, p.left = true, int(left)
	return true
}

// fieldOf goes on from the structure at p to a field.
func (x *context) fieldOf(p *Place, r *syscalls.Record, name string) bool {
	f, off, ok := r.Field(x.abi, name)
	if !ok {
		return false
	}
	left := p.Size - off
	x.scope = scope{record: r, at: p.Addr}
	p.Addr += abi.Addr(off)
	if !x.settle(p, f.Type) {
		return false
	}
	if s, ok := p.Type.(syscalls.Str); ok && s.Room > 0 {
		p.Size = min(p.Size, left)
		return left > 0
	}
	return p.Size <= left
}

// elementOf goes on from the array at p to element i.
func (x *context) elementOf(p *Place, elem syscalls.Type, i int) bool {
	size := elem.Size(x.abi)
	if size <= 0 || i < 0 || i >= p.Size/size {
		return false
	}
	p.Addr += abi.Addr(i * size)
	return x.settle(p, elem)
}

// valued reports whether what a pointer points to is a value of its own rather than a
// structure, whose fields are values.
func (x *context) valued(t syscalls.Type) bool {
	if c, ok := t.(syscalls.Custom); ok {
		t = syscalls.Plain(x.abi, &c)
	}
	switch t := t.(type) {
	case syscalls.Str, syscalls.Buf, syscalls.Bits, syscalls.FD, syscalls.PID, syscalls.Inet:
		return true
	case syscalls.Exchange:
		return x.valued(t.Before)
	}
	return false
}

// fieldAt returns the integer of a field of the structure in scope, which lies in memory.
func (x *context) fieldAt(name string) (uint64, bool) {
	f, off, ok := x.scope.record.Field(x.abi, name)
	if !ok {
		return 0, false
	}
	return x.load(x.scope.at+abi.Addr(off), f.Type.Size(x.abi))
}
