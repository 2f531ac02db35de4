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
	at := addr - f.addr
	if at >= abi.Addr(len(f.marks)) {
		return Unknown
	}
	switch m := f.marks[at]; {
	case m&starts != 0:
		return Start
	case m&covered != 0 && m&guessed == 0:
		return Inside
	}
	return Unknown
}

// JumpsByValue reports whether the function jumps where a register or memory says, as a
// switch does: then blocks begin at places that nobody can name.
func (f *Function) JumpsByValue() bool { return f.byValue }

// follow marks the instructions at the offsets and wherever they go.
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
	if at >= len(f.marks) || f.marks[at]&starts != 0 {
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
		f.marks[k] |= covered | m
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
	at := to - f.addr
	return int(at), ok && at < abi.Addr(len(f.code))
}

// sweep takes the gap at the offset for instructions if it is nothing else to its end.
func (f *Function) sweep(at int) {
	end := at
	for end < len(f.marks) && f.marks[end]&covered == 0 {
		end++
	}
	next := at
	for next < end {
		i, err := f.decode(next)
		if err != nil {
			break
		}
		next += i.Len
	}
	if next != end {
		for k := at; k < end; k++ {
			f.marks[k] |= data
		}
		return
	}
	for at < end {
		f.follow([]int{at}, guessed)
		for at < end && f.marks[at]&covered != 0 {
			at++
		}
	}
}

// ends reports whether the next instruction does not follow.
func (w Flow) ends() bool {
	switch w {
	case Jumps, JumpsByValue, Returns, Stops, Leaves:
		return true
	}
	return false
}
