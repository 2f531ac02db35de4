package abi

// Regs are a task's general registers: the values of ABI.Regs, in that order.
// A 32-bit register is held zero-extended.
type Regs struct {
	ABI    *ABI
	Values [34]uint64
}

// PC returns the program counter.
func (r *Regs) PC() Addr { return Addr(r.Values[r.ABI.PC]) }

// SP returns the stack pointer.
func (r *Regs) SP() Addr { return Addr(r.Values[r.ABI.SP]) }

// SetPC changes the program counter.
func (r *Regs) SetPC(pc Addr) { r.Values[r.ABI.PC] = uint64(pc) }

// SetSP changes the stack pointer.
func (r *Regs) SetSP(sp Addr) { r.Values[r.ABI.SP] = uint64(sp) }

// Named returns the value of the register of that name.
func (r *Regs) Named(name string) (uint64, bool) {
	for i := range r.ABI.Regs {
		if r.ABI.Regs[i].Name == name {
			return r.Values[i], true
		}
	}
	return 0, false
}
