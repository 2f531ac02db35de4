package unwind

import "github.com/trapline/trapline/abi"

// A pattern is code in which the place of the return address is plain.
type pattern struct {
	code []byte
	at   int // where in it the program counter may be
	off  int // from the stack pointer to the return address, in slots
}

// x86Patterns are the entries and the ends of functions. The entry of a function in a
// table of linkage is a jump.
var x86Patterns = []pattern{
	{code: []byte("\xc3")},                                // ret
	{code: []byte("\xc2")},                                // ret $n
	{code: []byte("\xf3\xc3")},                            // repz ret
	{code: []byte("\xff\x25")},                            // jmp *x: a table of linkage
	{code: []byte("\xf2\xff\x25")},                        // bnd jmp *x
	{code: []byte("\xf3\x0f\x1e\xfa")},                    // endbr64
	{code: []byte("\xf3\x0f\x1e\xfb")},                    // endbr32
	{code: []byte("\x55\x48\x89\xe5")},                    // push %rbp; mov %rsp,%rbp
	{code: []byte("\x55\x48\x8b\xec")},                    // the same
	{code: []byte("\x55\x89\xe5")},                        // push %ebp; mov %esp,%ebp
	{code: []byte("\x55\x48\x89\xe5"), at: 1, off: 1},     // push %rbp; here mov %rsp,%rbp
	{code: []byte("\x55\x48\x8b\xec"), at: 1, off: 1},     // the same
	{code: []byte("\x55\x89\xe5"), at: 1, off: 1},         // push %ebp; here mov %esp,%ebp
	{code: []byte("\x8b\x04\x24\xc3")},                    // mov (%esp),%eax; ret: where am I
	{code: []byte("\x8b\x0c\x24\xc3")},                    // the same, %ecx
	{code: []byte("\x8b\x14\x24\xc3")},                    // %edx
	{code: []byte("\x8b\x1c\x24\xc3")},                    // %ebx
	{code: []byte("\x8b\x34\x24\xc3")},                    // %esi
	{code: []byte("\x8b\x3c\x24\xc3")},                    // %edi
	{code: []byte("\xcd\x80\x5f\x5e\x5b"), at: 2, off: 3}, // behind int $0x80: pop %edi; pop %esi; pop %ebx in glibc's clone
	{code: []byte("\xcd\x80\x5f\x5e\x5b"), at: 3, off: 2},
	{code: []byte("\xcd\x80\x5f\x5e\x5b"), at: 4, off: 1},
	{code: []byte("\x0f\x05"), at: 2}, // behind syscall: a function of its own
	{code: []byte("\xcd\x80"), at: 2}, // behind int $0x80
}

// guess takes s to the caller without any table: that no file is mapped where it is, or one
// without call frame information. What is no code at all has been called through a bad
// pointer, or is a word that a wrong table takes for the return address, which then is the
// next one: that of i386's memcpy in glibc is wrong for some of its instructions.
func (u *Unwinder) guess(s *state) (t step, ok bool) {
	if !u.executable(s.PC()) && (!s.call || s.link < 0) {
		return u.leaf(s, 0)
	}
	if t, ok := u.leaveCrosscall(s); ok {
		return t, true
	}
	if !s.call {
		if off, ok := u.plain(s); ok {
			if t, ok := u.leaf(s, off); ok {
				return t, true
			}
		}
	}
	if t, ok := u.chain(s); ok {
		return t, true
	}
	if !s.call {
		return u.leaf(s, 0)
	}
	return step{}, false
}

// plain looks for a pattern at the program counter.
func (u *Unwinder) plain(s *state) (off int, ok bool) {
	if s.link >= 0 {
		return 0, false
	}
	for i := range x86Patterns {
		p := &x86Patterns[i]
		if u.hasCode(s.PC()-abi.Addr(p.at), p.code) {
			return p.off, true
		}
	}
	return 0, false
}

// leaf returns from a function that has nothing on the stack but its return address, off
// slots up, or that has it in the link register.
func (u *Unwinder) leaf(s *state, off int) (step, bool) {
	if s.link >= 0 {
		ra, _ := s.get(s.link)
		return u.leave(s, abi.Addr(ra&s.code), s.SP(), s.FP())
	}
	at := s.SP() + abi.Addr(off*s.slot)
	ra, err := u.word(at, s.slot)
	if err != nil {
		return step{}, false
	}
	return u.leave(s, abi.Addr(ra), at+abi.Addr(s.slot), s.FP())
}

// chain follows the frame pointer: where it points are the caller's and the return address.
func (u *Unwinder) chain(s *state) (step, bool) {
	fp := s.FP()
	if fp < s.SP() || fp%abi.Addr(s.abi.Word) != 0 {
		return step{}, false
	}
	caller, err := u.word(fp, s.slot)
	if err != nil {
		return step{}, false
	}
	ra, err := u.word(fp+abi.Addr(s.slot), s.slot)
	if err != nil {
		return step{}, false
	}
	return u.leave(s, abi.Addr(ra&s.code), u.realigned(s, fp, ra), abi.Addr(caller))
}

// A function of x86 that aligns its stack by more than it was keeps where that was in one of the first slots
// below its frame pointer, and has put its return address next to that once more.
const (
	alignSlots = 6
	maxAlign   = 64
)

// realigned is the stack pointer before the call of the function that has this frame pointer and
// return address.
func (u *Unwinder) realigned(s *state, fp abi.Addr, ra uint64) abi.Addr {
	slot := abi.Addr(s.slot)
	cfa := fp + 2*slot
	if s.link >= 0 {
		return cfa
	}
	for i := range abi.Addr(alignSlots) {
		at, err := u.word(fp-(i+1)*slot, s.slot)
		if kept := abi.Addr(at); err == nil && kept > cfa && kept-cfa <= maxAlign {
			if first, err := u.word(kept-slot, s.slot); err == nil && first == ra {
				return kept
			}
		}
	}
	return cfa
}

// leave goes to a guessed caller, if there is a call before the return address or it is a
// signal's trampoline.
func (u *Unwinder) leave(s *state, ra, cfa, fp abi.Addr) (step, bool) {
	if ra == 0 || !u.executable(ra) || !u.calls(s, ra) && !u.returnsFromSignal(s, ra) {
		return step{}, false
	}
	s.setPC(ra)
	s.setSP(cfa)
	s.setFP(fp)
	s.call = true
	return step{cfa: cfa, found: FramePointer}, true
}

// executable reports whether there is code at an address.
func (u *Unwinder) executable(addr abi.Addr) bool { return u.Space.At(addr) != nil }

func (u *Unwinder) returnsFromSignal(s *state, ra abi.Addr) bool {
	tramp, nr := u.trampoline(s, ra)
	return tramp != nil && nr == 0
}

// calls reports whether the instruction before an address may be a call. It may where
// code can be executed but not read.
func (u *Unwinder) calls(s *state, addr abi.Addr) bool {
	const longest = 8
	code := u.text.bytes(addr-longest, longest)
	switch {
	case code == nil:
		return true
	case s.link >= 0:
		return isBranchLink(code[longest-4:])
	}
	return isCall(code)
}

// called is what the call before an address calls, if that is plain.
func (u *Unwinder) called(s *state, addr abi.Addr) (target abi.Addr, ok bool) {
	if s.link >= 0 {
		code := u.text.bytes(addr-4, 4)
		if code == nil || little(code, 4)>>26 != 0b100101 {
			return 0, false
		}
		offset := int64(little(code, 4)<<38) >> 36
		return addr - 4 + abi.Addr(offset), true
	}
	code := u.text.bytes(addr-5, 5)
	if code == nil || code[0] != 0xe8 {
		return 0, false
	}
	return s.address(uint64(addr) + uint64(extend(little(code[1:], 4), 4))), true
}

// branches reports whether the instruction at the program counter is arm64's br.
func (u *Unwinder) branches(s *state) bool {
	code := u.text.bytes(s.PC(), 4)
	return s.link >= 0 && code != nil && little(code, 4)&^0x3e0 == 0xd61f0000
}

// isCall reports whether code ends in an x86 call: call rel32, or call with an operand in
// a register or in memory, whose form decides the length.
func isCall(code []byte) bool {
	end := len(code)
	if code[end-5] == 0xe8 {
		return true
	}
	for n := 2; n <= end; n++ {
		if code[end-n] == 0xff && modLength(code[end-n+1:]) == n {
			return true
		}
	}
	return false
}

// modLength is the length of a call through an operand: of its opcode and the ModRM byte,
// SIB byte and displacement that follow; zero if it is not a call.
func modLength(b []byte) int {
	mod, op, rm := b[0]>>6, b[0]>>3&7, b[0]&7
	if op != 2 {
		return 0
	}
	n := 2
	if mod == 3 {
		return n
	}
	if rm == 4 {
		n++
	}
	displacement := [...]int{0, 1, 4}[mod]
	if mod == 0 && (rm == 5 || rm == 4 && len(b) > 1 && b[1]&7 == 5) {
		displacement = 4
	}
	return n + displacement
}

// isBranchLink reports whether an instruction is arm64's bl, blr or one of its signed kin.
func isBranchLink(code []byte) bool {
	word := uint32(little(code, 4))
	return word>>26 == 0b100101 || word&0xfefff000 == 0xd63f0000
}
