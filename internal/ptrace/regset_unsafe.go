package ptrace

import (
	"syscall"
	"unsafe"
)

// The kinds of register sets, as ELF notes name them.
const (
	NTPrStatus       = 0x1 // general registers
	NTPrFPReg        = 0x2
	NTX86XState      = 0x202
	NTX86ShadowStack = 0x204
	NTArmTLS         = 0x401
	NTArmHWBreak     = 0x402
	NTArmHWWatch     = 0x403
	NTArmSystemCall  = 0x404 // a 32-bit system call number
	NTArmSVE         = 0x405
	NTArmPACMask     = 0x406
)

// GetRegSet reads a register set into buf and returns how much of buf the kernel
// filled: the size of the set, if buf is large enough for it.
func GetRegSet(tid, kind int, buf []byte) (int, error) {
	return getRegSet.regSet(tid, kind, buf)
}

// SetRegSet replaces a register set, or the leading part of it that buf holds.
func SetRegSet(tid, kind int, buf []byte) error {
	_, err := setRegSet.regSet(tid, kind, buf)
	return err
}

func (r *request) regSet(tid, kind int, buf []byte) (int, error) {
	v := syscall.Iovec{Base: unsafe.SliceData(buf), Len: uint64(len(buf))}
	_, err := r.with(tid, uintptr(kind), unsafe.Pointer(&v))
	if err != nil {
		return 0, err
	}
	return int(v.Len), nil
}
