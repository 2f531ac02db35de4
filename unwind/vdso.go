package unwind

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/mem"
)

// file returns a module's file and what is added to its addresses. The vDSO may be no
// file: the kernel has put it into the process's memory.
func (u *Unwinder) file(m *image.Module) (f *image.File, bias uint64, err error) {
	if f, err = m.File(); err == nil {
		return f, m.Bias(), nil
	}
	if m.Path != "[vdso]" {
		return nil, 0, err
	}
	if u.vdso == nil && !u.looked {
		u.looked = true
		u.vdso, _ = image.NewFile(m.Path, &memory{u.Memory, m.Start})
	}
	if u.vdso == nil {
		return nil, 0, err
	}
	return u.vdso, uint64(m.Start), nil
}

// A memory is what lies from a start on, as a file.
type memory struct {
	mem.Reader
	start abi.Addr
}

// ReadAt implements io.ReaderAt.
func (m *memory) ReadAt(p []byte, off int64) (int, error) {
	return m.ReadMem(p, m.start+abi.Addr(off))
}
