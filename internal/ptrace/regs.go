package ptrace

import (
	"encoding/binary"
	"syscall"

	"github.com/trapline/trapline/abi"
)

// regsSize holds the largest NT_PRSTATUS of any ABI.
const regsSize = len(abi.Regs{}.Values) * 8

// GetRegs reads the general registers. Their layout, and so r.ABI, follows from
// how many bytes the kernel returns: it is the mode the task's code runs in, which
// need not be the ABI of the system call it is in. x32 is told from amd64 by the
// number of that call.
func GetRegs(tid int, r *abi.Regs) error {
	var buf [regsSize]byte
	n, err := GetRegSet(tid, NTPrStatus, buf[:])
	if err != nil {
		return err
	}
	if !DecodeRegs(buf[:n], r) {
		return failure(getRegSet.name, tid, syscall.ENOTSUP)
	}
	return nil
}

// SetRegs replaces the general registers; r.ABI must be what GetRegs told.
func SetRegs(tid int, r *abi.Regs) error {
	var buf [regsSize]byte
	return SetRegSet(tid, NTPrStatus, encodeRegs(buf[:0], r))
}

// DecodeRegs decodes NT_PRSTATUS; it reports false for a layout of no known ABI.
func DecodeRegs(raw []byte, r *abi.Regs) bool {
	switch len(raw) {
	case layoutSize(abi.AMD64):
		decodeWords(raw, r, abi.AMD64)
		if abi.Of(abi.X32.Audit, r.Values[abi.X32.NR]) == abi.X32 {
			r.ABI = abi.X32
		}
	case layoutSize(abi.ARM64):
		decodeWords(raw, r, abi.ARM64)
	case layoutSize(abi.I386):
		decodeHalfWords(raw, r, abi.I386)
	default:
		return false
	}
	return true
}

func decodeWords(raw []byte, r *abi.Regs, a *abi.ABI) {
	r.ABI = a
	for i := range a.Regs {
		r.Values[i] = binary.NativeEndian.Uint64(raw[8*i:])
	}
}

func decodeHalfWords(raw []byte, r *abi.Regs, a *abi.ABI) {
	r.ABI = a
	for i := range a.Regs {
		r.Values[i] = uint64(binary.NativeEndian.Uint32(raw[4*i:]))
	}
}

// encodeRegs appends NT_PRSTATUS to buf.
func encodeRegs(buf []byte, r *abi.Regs) []byte {
	for i, reg := range r.ABI.Regs {
		if reg.Size == 4 {
			buf = binary.NativeEndian.AppendUint32(buf, uint32(r.Values[i]))
		} else {
			buf = binary.NativeEndian.AppendUint64(buf, r.Values[i])
		}
	}
	return buf
}

// layoutSize is the size of the ABI's NT_PRSTATUS. All registers of an ABI have
// the same size.
func layoutSize(a *abi.ABI) int { return len(a.Regs) * a.Regs[0].Size }
