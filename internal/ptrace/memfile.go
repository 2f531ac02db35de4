package ptrace

import (
	"io"
	"strconv"
	"syscall"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/procfs"
)

// A MemFile is a task's memory as a file. Unlike ReadMem and WriteMem it reaches
// pages that the task itself may not read or write, such as its text. It stays
// with the memory it was opened for: after an execve it must be opened anew.
type MemFile struct{ fd, tid int }

var (
	_ io.ReaderAt = (*MemFile)(nil)
	_ io.WriterAt = (*MemFile)(nil)
	_ mem.Reader  = (*MemFile)(nil)
)

// OpenMem opens the memory of a task. One that is gone, or on its way out, is ESRCH.
func OpenMem(tid int) (*MemFile, error) {
	fd, err := syscall.Open("/proc/"+strconv.Itoa(tid)+"/mem", syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	switch {
	case err == nil:
		return &MemFile{fd, tid}, nil
	case err == syscall.ENOENT, err == syscall.EACCES && exiting(tid):
		err = syscall.ESRCH
	}
	return nil, failure("open memory of", tid, err.(syscall.Errno))
}

func exiting(tid int) bool {
	s, err := procfs.TaskStat(tid)
	return err != nil || s.Exiting()
}

// ReadAt reads at the address off.
func (m *MemFile) ReadAt(p []byte, off int64) (int, error) {
	return m.transfer(syscall.SYS_PREAD64, "read memory of", p, off)
}

// ReadMem implements mem.Reader.
func (m *MemFile) ReadMem(p []byte, addr abi.Addr) (int, error) { return m.ReadAt(p, int64(addr)) }

// WriteAt writes at the address off.
func (m *MemFile) WriteAt(p []byte, off int64) (int, error) {
	return m.transfer(syscall.SYS_PWRITE64, "write memory of", p, off)
}

// transfer moves until p is done or the kernel refuses. An end of file is what the
// kernel reports when the task's memory is gone altogether.
func (m *MemFile) transfer(nr uintptr, name string, p []byte, off int64) (int, error) {
	done := 0
	for done < len(p) {
		n, errno := transferAt(nr, m.fd, p[done:], off+int64(done))
		switch {
		case errno == syscall.EINTR:
			continue
		case errno != 0:
			return done, failure(name, m.tid, errno)
		case n == 0:
			return done, failure(name, m.tid, syscall.ESRCH)
		}
		done += n
	}
	return done, nil
}

// Close closes the file.
func (m *MemFile) Close() error { return syscall.Close(m.fd) }
