package insn

import "github.com/trapline/trapline/abi"

// A Function is the machine code of one function, split into instructions: first along
// its flow from the entry, through every branch; then, for what only a jump by value or
// the unwinder leads to, straight through each gap that is left.
type Function struct {
	abi   *abi.ABI
	addr  abi.Addr
	code  []byte
	marks []mark // of each byte
	// byValue is whether some jump goes where the code does not say.
	byValue bool
}

// A mark is what is known about a byte of code.
type mark uint8

const (
	covered mark = 1 << iota // part of an instruction
	starts                   // the first byte of one
	guessed                  // part of one, or its first, that only a gap's sweep has found
	leads                    // begins a block
	data                     // in a gap that is not instructions throughout
	padding                  // between instructions, and nothing leads there
	entered                  // other code may lead there
)

// Split takes the code of a function apart. Any code will do; the time it takes is
// proportional to its length.
func Split(a *abi.ABI, addr abi.Addr, code []byte) *Function {
	f := &Function{abi: a, addr: addr, code: code, marks: make([]mark, len(code))}
	f.follow([]int{0}, covered)
	for at := 0; at < len(code); at++ {
		if f.marks[at]&(covered|data) == 0 {
			f.sweep(at)
		}
	}
	return f
}

// A Place is how an address lies to the instructions around it.
type Place uint8

// The places.
const (
	Unknown Place = iota // nothing leads there, and the code around it need not be code
	Start                // an instruction starts here
	Inside               // an instruction starts before and ends behind it
)

// Place says whether an instruction starts at the address.
func (f *Function) Place(addr abi.Addr) Place {
	if !f.has(addr) {
		return Unknown
	}
	switch m := f.marks[addr-f.addr]; {
	case m&starts != 0:
		return Start
	case m&covered != 0 && m&guessed == 0:
		return Inside
	}
	return Unknown
}

// JumpsByValue reports whether the function jumps where a register or memory says, as a
// switch does: then blocks begin at places that the code does not name. Who knows more may
// Enter them; lines begin wherever a case does.
func (f *Function) JumpsByValue() bool { return f.byValue }

// Enter notes that other code may lead to an address: a block begins there, or behind the
// padding that is there.
func (f *Function) Enter(addr abi.Addr) {
	for f.has(addr) && f.marks[addr-f.addr]&padding != 0 {
		addr++
	}
	if f.has(addr) {
		f.marks[addr-f.addr] |= entered
		f.follow([]int{int(addr - f.addr)}, guessed)
	}
}

func (f *Function) has(addr abi.Addr) bool { return addr-f.addr < abi.Addr(len(f.code)) }

// Link tells the parts of one function, which compilers keep in several places, of each
// other's jumps.
func Link(parts ...*Function) {
	for _, from := range parts {
		for _, addr := range from.outside() {
			for _, to := range parts {
				to.Enter(addr)
			}
		}
	}
}

// outside are the targets that the function does not have.
func (f *Function) outside() (addrs []abi.Addr) {
	for at := range f.code {
		if f.marks[at]&starts == 0 {
			continue
		}
		i, err := f.decode(at)
		if to, ok := i.Target(); ok && err == nil && !f.has(to) {
			addrs = append(addrs, to)
		}
	}
	return addrs
}

// follow marks the instructions at the offsets and wherever they go. The first of them begin
// blocks.
func (f *Function) follow(todo []int, m mark) {
	for _, at := range todo {
		f.lead(at)
	}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for f.open(at, m) {
			i, err := f.decode(at)
			if err != nil {
				break
			}
			f.mark(at, i.Len, m)
			todo = f.branch(todo, &i)
			at += i.Len
			if i.Flow.ends() {
				break
			}
		}
	}
}

// open reports whether an instruction may be marked at the offset. What is guessed gives
// way to what is certain.
func (f *Function) open(at int, m mark) bool {
	if at >= len(f.marks) || f.marks[at]&starts != 0 && f.marks[at]&padding == 0 {
		return false
	}
	return m != guessed || f.marks[at]&covered == 0 || f.marks[at]&guessed != 0
}

// lead marks the beginning of a block.
func (f *Function) lead(at int) {
	if at < len(f.marks) {
		f.marks[at] |= leads
	}
}

func (f *Function) decode(at int) (Inst, error) {
	return Decode(f.abi, f.addr+abi.Addr(at), f.code[at:min(len(f.code), at+MaxLen)])
}

// mark marks an instruction. Where another has a part of it already (a jump past a LOCK
// prefix), the two meet behind it.
func (f *Function) mark(at, n int, m mark) {
	for k := at; k < at+n; k++ {
		if f.marks[k]&covered != 0 {
			f.lead(at + n)
		}
		f.marks[k] = f.marks[k]&^(padding|data) | covered | m
	}
	f.marks[at] |= starts
}

// branch notes where the instruction goes, if not to the next.
func (f *Function) branch(todo []int, i *Inst) []int {
	f.byValue = f.byValue || i.Flow == JumpsByValue
	if to, ok := f.inner(i); ok {
		f.lead(to)
		todo = append(todo, to)
	}
	return todo
}

// inner is the offset of a target within the function.
func (f *Function) inner(i *Inst) (int, bool) {
	to, ok := i.Target()
	return int(to - f.addr), ok && f.has(to)
}

// sweep takes the gap at the offset for instructions if it is nothing else to its end.
func (f *Function) sweep(at int) {
	end := at
	for end < len(f.marks) && f.marks[end]&covered == 0 {
		end++
	}
	if !f.decodes(at, end) {
		for ; at < end; at++ {
			f.give(at)
		}
	}
	for at < end {
		switch {
		case f.marks[at]&(covered|data) != 0:
			at++
		case f.pads(at, end):
			at = f.pad(at)
		default:
			f.follow([]int{at}, guessed)
			f.give(at)
		}
	}
}

// give gives a byte up as data, if no instruction has taken it.
func (f *Function) give(at int) {
	if f.marks[at]&covered == 0 {
		f.marks[at] |= data
	}
}

// decodes reports whether there is one instruction after the other up to the end.
func (f *Function) decodes(at, end int) bool {
	for at < end {
		i, err := f.decode(at)
		if err != nil {
			return false
		}
		at += i.Len
	}
	return at == end
}

// pads reports whether there is padding at the offset, and pad marks it and returns where it
// ends.
func (f *Function) pads(at, end int) bool {
	i, err := f.decode(at)
	return err == nil && i.pads() && at+i.Len <= end
}

func (f *Function) pad(at int) int {
	i, _ := f.decode(at)
	for k := at; k < at+i.Len; k++ {
		f.marks[k] |= covered | guessed | padding
	}
	f.marks[at] |= starts
	return at + i.Len
}

// ends reports whether the next instruction does not follow.
func (w Flow) ends() bool {
	switch w {
	case Jumps, JumpsByValue, Returns, Stops, Leaves:
		return true
	}
	return false
}
