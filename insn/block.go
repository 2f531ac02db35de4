package insn

import "github.com/trapline/trapline/abi"

// A Block is a run of instructions that is entered at its first and left at its last. A
// thread that gets to the last has been at each of them; one that has been at the first gets
// to the last unless one of them faults or, with AtJumps, a call does not return.
type Block struct {
	Addr abi.Addr
	Last abi.Addr   // its last instruction
	End  abi.Addr   // behind that
	To   []abi.Addr // the blocks of the function that may follow
	Out  bool       // whether it may leave the function, or go where the code does not say
	// Entered is whether code may lead to it that is not of the function: see Enter.
	Entered bool
}

// A Cut is where a block ends beside where others begin.
type Cut uint8

const (
	AtJumps Cut = iota // at jumps, branches and returns
	AtCalls            // at calls, too: they may not return, or return twice
)

// Blocks returns the basic blocks of the function, by address. Code that was not understood
// is in none, nor is padding that nothing leads to. In a function with JumpsByValue a block may be entered in its middle.
func (f *Function) Blocks(cut Cut) (blocks []Block) {
	var last Inst // of the block that is not finished yet, if it has a length
	for at := range f.code {
		if !f.runs(f.addr + abi.Addr(at)) {
			continue
		}
		i, err := f.decode(at)
		if err != nil {
			continue
		}
		if last.Len > 0 && (f.marks[at]&leads != 0 || last.closes(cut) || last.Next() != i.Addr) {
			blocks[len(blocks)-1].close(f, &last, cut)
			last.Len = 0
		}
		if last.Len == 0 {
			blocks = append(blocks, Block{Addr: i.Addr, Entered: f.marks[at]&entered != 0})
		}
		last = i
	}
	if last.Len > 0 {
		blocks[len(blocks)-1].close(f, &last, cut)
	}
	return blocks
}

// closes reports whether a block ends with the instruction.
func (i *Inst) closes(cut Cut) bool {
	return i.Flow.ends() || i.Flow == Branches || i.calls() && cut == AtCalls
}

func (i *Inst) calls() bool { return i.Flow == Calls || i.Flow == CallsByValue }

// close ends a block with its last instruction.
func (b *Block) close(f *Function, last *Inst, cut Cut) {
	b.Last, b.End = last.Addr, last.Next()
	if to, inside := f.inner(last); inside && !last.calls() {
		b.To = append(b.To, f.addr+abi.Addr(to))
	} else {
		b.Out = last.closes(cut) && last.Flow != Stops
	}
	if !last.Flow.ends() && f.runs(b.End) {
		b.To = append(b.To, b.End)
	}
}

// runs reports whether an instruction starts at the address that is not padding.
func (f *Function) runs(addr abi.Addr) bool {
	return f.has(addr) && f.marks[addr-f.addr]&(starts|padding) == starts
}
