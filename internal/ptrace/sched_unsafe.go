package ptrace

import (
	"math/bits"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// maxCPUs is the number of CPUs a CPUSet has room for.
const maxCPUs = 1024

// A CPUSet is a set of CPUs.
type CPUSet [maxCPUs / 64]uint64

// Add adds a CPU. One that does not exist is left out.
func (s *CPUSet) Add(cpu int) {
	if cpu >= 0 && cpu < maxCPUs {
		s[cpu/64] |= 1 << (cpu % 64)
	}
}

// Has reports whether the CPU is in the set.
func (s *CPUSet) Has(cpu int) bool {
	return cpu >= 0 && cpu < maxCPUs && s[cpu/64]&(1<<(cpu%64)) != 0
}

// Count is the number of CPUs in the set.
func (s *CPUSet) Count() int {
	n := 0
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// GetAffinity returns the CPUs the calling thread may run on.
func GetAffinity() (CPUSet, error) {
	var s CPUSet
	_, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_GETAFFINITY, 0, unsafe.Sizeof(s), uintptr(unsafe.Pointer(&s)))
	return s, failure("get affinity of", 0, errno)
}

// SetAffinity binds the calling thread to CPUs.
func SetAffinity(s CPUSet) error {
	_, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_SETAFFINITY, 0, unsafe.Sizeof(s), uintptr(unsafe.Pointer(&s)))
	return failure("set affinity of", 0, errno)
}

// A Policy is how the kernel schedules a thread.
type Policy int

// The policies that need no priority.
const (
	PolicyOther Policy = unix.SCHED_NORMAL
	PolicyBatch Policy = unix.SCHED_BATCH
	PolicyIdle  Policy = unix.SCHED_IDLE
)

// GetPolicy returns the calling thread's scheduling policy.
func GetPolicy() (Policy, error) {
	p, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_GETSCHEDULER, 0, 0, 0)
	return Policy(p), failure("get scheduling policy of", 0, errno)
}

// SetPolicy changes the calling thread's scheduling policy.
func SetPolicy(p Policy) error { return SetPolicyOf(0, p) }

// SetPolicyOf changes a thread's scheduling policy.
func SetPolicyOf(tid int, p Policy) error {
	var priority int32 // struct sched_param
	_, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_SETSCHEDULER, uintptr(tid), uintptr(p), uintptr(unsafe.Pointer(&priority)))
	return failure("set scheduling policy of", tid, errno)
}

// Hurry puts the calling thread, for the rest of its life, before all threads that have no
// deadlines of their own: SCHED_FIFO. It reports whether we may.
func Hurry() bool {
	priority := int32(1) // struct sched_param
	_, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_SETSCHEDULER, 0, unix.SCHED_FIFO|unix.SCHED_RESET_ON_FORK, uintptr(unsafe.Pointer(&priority)))
	return errno == 0
}

// Nap sleeps for a moment. It stays out of the Go scheduler.
func Nap(d time.Duration) {
	t := syscall.NsecToTimespec(int64(d))
	syscall.RawSyscall(syscall.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&t)), 0, 0)
}

// MayLeaveIdle reports whether the calling thread may go back from PolicyIdle to
// PolicyOther: that takes CAP_SYS_NICE in the initial user namespace, or an
// RLIMIT_NICE that allows nice values of 0 (can_nice in kernel/sched/syscalls.c).
func MayLeaveIdle() bool {
	const capSysNice = 23
	if hasCapability(capSysNice) && inInitialUserNamespace() {
		return true
	}
	var limit syscall.Rlimit
	err := syscall.Getrlimit(unix.RLIMIT_NICE, &limit)
	return err == nil && limit.Cur >= 20
}

// hasCapability reports whether a capability is in the calling thread's effective set.
func hasCapability(n uint) bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	err := unix.Capget(&header, &data[0])
	return err == nil && data[n/32].Effective&(1<<(n%32)) != 0
}

// inInitialUserNamespace reports whether our capabilities count everywhere. The
// initial namespace has a fixed inode number (PROC_USER_INIT_INO).
func inInitialUserNamespace() bool {
	var link [32]byte
	n, err := unix.Readlink("/proc/self/ns/user", link[:])
	return err == nil && string(link[:n]) == "user:[4026531837]"
}

// Getcpu returns the CPU the calling thread runs on.
func Getcpu() (int, error) {
	var cpu uint32
	_, _, errno := syscall.RawSyscall(unix.SYS_GETCPU, uintptr(unsafe.Pointer(&cpu)), 0, 0)
	return int(cpu), failure("get CPU of", 0, errno)
}

// Gettid returns the calling thread's id.
func Gettid() int { return syscall.Gettid() }
