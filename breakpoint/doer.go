package breakpoint

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/insn"
	"github.com/trapline/trapline/mem"
)

// doer returns where the instruction is that has used watched memory, by the registers behind it:
// the one at the program counter if it repeats; the call that has led to where a function begins;
// or the one before the program counter. Where none of them can be it, it is the program counter.
func (sp *space) doer(regs *abi.Regs, w *Watch) abi.Addr {
	pc := regs.PC()
	if sp.repeats(regs, w) {
		return pc
	}
	if i, ok := sp.caller(regs); ok {
		return i.Addr
	}
	if i, ok := sp.before(pc, regs.ABI); ok && (i.Flow == insn.Falls || i.Flow == insn.JumpsByValue) {
		return i.Addr
	}
	return pc
}

// caller returns the call that has just led to where a function begins.
func (sp *space) caller(regs *abi.Regs) (i insn.Inst, ok bool) {
	m := sp.at(regs.PC()).module
	if m == nil {
		return i, false
	}
	if f, ok := m.Symbol(regs.PC()); !ok || f.Offset > 0 {
		return i, false
	}
	var word [8]byte
	if _, err := sp.text(word[:regs.ABI.Word], regs.SP()); err != nil {
		return i, false
	}
	i, ok = sp.before(abi.Addr(mem.Little(word[:])), regs.ABI)
	to, known := i.Target()
	return i, ok && (i.Flow == insn.CallsByValue || i.Flow == insn.Calls && known && to == regs.PC())
}

// maxBefore is how much code is decoded to find an instruction. Where a function does not begin
// within it, decoding finds the starts of instructions soon.
const maxBefore = 1 << 14

// before returns the instruction that ends at an address.
func (sp *space) before(end abi.Addr, a *abi.ABI) (i insn.Inst, ok bool) {
	m := sp.at(end - 1).module
	if m == nil {
		return i, false
	}
	start := max(m.Start, end-min(end, maxBefore))
	if f, ok := m.Symbol(end - 1); ok && f.Offset < maxBefore {
		start = end - 1 - abi.Addr(f.Offset)
	}
	code := make([]byte, end-start)
	n, _ := sp.text(code, start)
	for at := 0; at < n; {
		i, err := insn.Decode(a, start+abi.Addr(at), code[at:n])
		if err != nil {
			at++
			continue
		}
		if at += i.Len; at == n {
			return i, true
		}
	}
	return i, false
}

// group is how far a repeated instruction may have gone on when its use of memory is told.
const group = 64

// repeats reports whether the instruction at the program counter is one that repeats and has
// just been at what is watched.
func (sp *space) repeats(regs *abi.Regs, w *Watch) bool {
	var code [insn.MaxLen]byte
	n, _ := sp.text(code[:], regs.PC())
	i, err := insn.Decode(regs.ABI, regs.PC(), code[:n])
	if err != nil || !i.Repeats() {
		return false
	}
	for _, name := range []string{"rdi", "rsi", "edi", "esi"} {
		at, ok := regs.Named(name)
		if far := distance(abi.Addr(at), w.Addr); ok && far > 0 && far <= group+abi.Addr(w.Size) {
			return true
		}
	}
	return false
}
