package procfs

import (
	"slices"
	"strconv"
	"syscall"
	"unsafe"
)

// pathMax is the longest target the kernel gives a link of /proc, with its NUL.
const pathMax = 4096

const atFDCWD = -100

// AppendFD appends what FD returns to buf. It allocates nothing if buf has room for
// the longest path, 4096 bytes; for the same reason an error is the kernel's number and
// no more.
func AppendFD(buf []byte, pid, fd int) ([]byte, error) {
	var room [64]byte
	name := append(appendDir(room[:0], pid), "fd/"...)
	return appendLink(buf, append(strconv.AppendInt(name, int64(fd), 10), 0))
}

// AppendCwd appends what Cwd returns to buf, likewise.
func AppendCwd(buf []byte, pid int) ([]byte, error) {
	var room [64]byte
	return appendLink(buf, append(appendDir(room[:0], pid), "cwd\x00"...))
}

// AppendNamespace appends what /proc/pid/ns/name says, likewise: "pid:[4026531836]".
func AppendNamespace(buf []byte, pid int, name string) ([]byte, error) {
	var room [64]byte
	link := append(append(appendDir(room[:0], pid), "ns/"...), name...)
	return appendLink(buf, append(link, 0))
}

// AppendComm appends what Comm returns to buf, likewise.
func AppendComm(buf []byte, tid int) ([]byte, error) {
	var room [64]byte
	name := append(appendDir(room[:0], tid), "comm\x00"...)
	dir := atFDCWD
	fd, _, errno := syscall.Syscall6(syscall.SYS_OPENAT, uintptr(dir), uintptr(unsafe.Pointer(unsafe.SliceData(name))),
		syscall.O_RDONLY|syscall.O_CLOEXEC, 0, 0, 0)
	if errno != 0 {
		return buf, errno
	}
	at := len(buf)
	buf = slices.Grow(buf, commMax)[:at+commMax]
	n, err := syscall.Read(int(fd), buf[at:])
	syscall.Close(int(fd))
	if err != nil {
		return buf[:at], err
	}
	if n > 0 && buf[at+n-1] == '\n' {
		n--
	}
	return buf[:at+n], nil
}

// commMax is more than the longest name of a thread, with its newline.
const commMax = 64

func appendDir(buf []byte, pid int) []byte {
	buf = append(buf, "/proc/"...)
	return append(strconv.AppendInt(buf, int64(pid), 10), '/')
}

// appendLinkAt appends the target of the link that a number names in the directory dir.
func appendLinkAt(buf []byte, dir, num int) ([]byte, error) {
	var room [24]byte
	return readLinkAt(buf, dir, append(strconv.AppendInt(room[:0], int64(num), 10), 0))
}

// appendLink appends the target of a link whose name ends in NUL.
func appendLink(buf, name []byte) ([]byte, error) { return readLinkAt(buf, atFDCWD, name) }

func readLinkAt(buf []byte, dir int, name []byte) ([]byte, error) {
	at := len(buf)
	buf = slices.Grow(buf, pathMax)[:at+pathMax]
	n, _, errno := syscall.Syscall6(syscall.SYS_READLINKAT, uintptr(dir), uintptr(unsafe.Pointer(unsafe.SliceData(name))),
		uintptr(unsafe.Pointer(&buf[at])), pathMax, 0, 0)
	if errno != 0 {
		return buf[:at], errno
	}
	return buf[:at+int(n)], nil
}
