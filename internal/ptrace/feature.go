package ptrace

import (
	"fmt"
	"sync/atomic"
	"syscall"
)

// A Feature is something that only newer kernels can do.
type Feature struct {
	Name  string
	Since Version // the first kernel that has it

	request *request
	known   atomic.Int32 // zero until asked for, then yes or no
}

const (
	yes = 1
	no  = 2
)

// The features of ptrace that came after Linux 4.8.
var (
	GetSyscall  = &Feature{Name: "PTRACE_GET_SYSCALL_INFO", Since: Version{5, 3}, request: &getSyscallInfo}
	GetSequence = &Feature{Name: "PTRACE_GET_RSEQ_CONFIGURATION", Since: Version{5, 13}, request: &getRseq}
	GetDispatch = &Feature{Name: "PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG", Since: Version{6, 4}, request: &getDispatch}
	SetSyscall  = &Feature{Name: "PTRACE_SET_SYSCALL_INFO", Since: Version{6, 16}, request: &setSyscallInfo}
)

// Features lists all features, oldest first.
var Features = []*Feature{GetSyscall, GetSequence, GetDispatch, SetSyscall}

// Available reports whether the kernel has the feature: what Probe found or, before
// that, what the kernel's version promises.
func (f *Feature) Available() bool {
	if f.known.Load() == 0 {
		v, err := KernelVersion()
		f.know(err == nil && !v.Less(f.Since))
	}
	return f.known.Load() == yes
}

func (f *Feature) know(has bool) {
	if has {
		f.known.Store(yes)
	} else {
		f.known.Store(no)
	}
}

// Probe asks the kernel whether it has the feature, and lets Available know. tid is
// any stopped tracee of the calling thread; nothing about it changes.
//
// A request with no room for data does nothing. A kernel that knows the request
// finds fault with the size or copies no bytes; only one that does not know it
// answers EIO.
func (f *Feature) Probe(tid int) (bool, error) {
	_, errno := rawPtrace(f.request.nr, tid, 0, 0)
	if errno == syscall.ESRCH {
		return false, failure("probe "+f.Name+" on", tid, errno)
	}
	f.know(errno != syscall.EIO)
	return errno != syscall.EIO, nil
}

// A Version is a kernel's major and minor version.
type Version struct{ Major, Minor int }

// KernelVersion returns the running kernel's version.
func KernelVersion() (Version, error) {
	var u syscall.Utsname
	if err := syscall.Uname(&u); err != nil {
		return Version{}, fmt.Errorf("ptrace: uname: %w", err)
	}
	var release []byte
	for _, c := range u.Release {
		release = append(release, byte(c))
	}
	return ParseVersion(string(release))
}

// ParseVersion reads the version off the front of a kernel release, "6.18.4-rc1".
func ParseVersion(release string) (Version, error) {
	var v Version
	if _, err := fmt.Sscanf(release, "%d.%d", &v.Major, &v.Minor); err != nil {
		return Version{}, fmt.Errorf("ptrace: kernel release %q: %w", release, err)
	}
	return v, nil
}

// Less reports whether v came before w.
func (v Version) Less(w Version) bool {
	return v.Major < w.Major || v.Major == w.Major && v.Minor < w.Minor
}
