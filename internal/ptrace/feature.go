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
	known   atomic.Int32 // zero until probed, then yes or no
}

const (
	yes = 1
	no  = 2
)

// The features of ptrace that came after Linux 4.8.
var (
	FeatureGetSyscallInfo = &Feature{Name: "PTRACE_GET_SYSCALL_INFO", Since: Version{5, 3}, request: &getSyscallInfo}
	FeatureGetRseq        = &Feature{Name: "PTRACE_GET_RSEQ_CONFIGURATION", Since: Version{5, 13}, request: &getRseq}
	FeatureGetDispatch    = &Feature{Name: "PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG", Since: Version{6, 4}, request: &getDispatch}
	FeatureSetSyscallInfo = &Feature{Name: "PTRACE_SET_SYSCALL_INFO", Since: Version{6, 16}, request: &setSyscallInfo}
)

// Features lists all features.
var Features = []*Feature{FeatureGetSyscallInfo, FeatureGetRseq, FeatureGetDispatch, FeatureSetSyscallInfo}

// Probe asks the kernel, once, whether it has the feature. tid is any stopped
// tracee of the calling thread; nothing about it changes.
//
// A request with no room for data does nothing. A kernel that knows the request
// finds fault with the size or copies no bytes; only one that does not know it
// answers EIO.
func (f *Feature) Probe(tid int) (bool, error) {
	if k := f.known.Load(); k != 0 {
		return k == yes, nil
	}
	switch _, errno := rawPtrace(f.request.nr, tid, 0, 0); errno {
	case syscall.ESRCH:
		return false, failure("probe "+f.Name+" on", tid, errno)
	case syscall.EIO:
		f.known.Store(no)
		return false, nil
	}
	f.known.Store(yes)
	return true, nil
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
