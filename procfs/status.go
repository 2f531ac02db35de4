package procfs

// A SigSet is a set of signals; bit 0 is signal 1.
type SigSet uint64

// Has reports whether the signal is in the set.
func (s SigSet) Has(sig int) bool { return sig > 0 && sig <= 64 && s&(1<<(sig-1)) != 0 }

// IDs are the user or group ids of a task.
type IDs struct{ Real, Effective, Saved, FS uint32 }

// The modes of StatusFields.Seccomp.
const (
	SeccompOff    = 0
	SeccompStrict = 1
	SeccompFilter = 2
)

// StatusFields are fields of /proc/pid/status. One that the kernel does not have
// is zero.
type StatusFields struct {
	Name           string
	State          byte // as ps shows it: R, S, D, T, t, Z, X
	Tgid, Pid      int
	PPid           int
	TracerPid      int // zero for none
	UID, GID       IDs
	Threads        int
	NSpid          []int  // the id in every pid namespace, ours first
	SigPnd         SigSet // pending for the thread
	ShdPnd         SigSet // pending for the process
	SigBlk         SigSet
	SigIgn         SigSet
	SigCgt         SigSet
	Seccomp        int
	SeccompFilters int
}

// Status reads /proc/pid/status.
func Status(pid int) (*StatusFields, error) {
	raw, err := read(pid, "status")
	if err != nil {
		return nil, err
	}
	return ParseStatus(raw)
}

// ThreadGroup returns the process that a task is of; the task itself if that is not known.
func ThreadGroup(tid int) int {
	if s, err := Status(tid); err == nil {
		return s.Tgid
	}
	return tid
}

// ParseStatus parses /proc/pid/status. It passes over lines it does not know.
func ParseStatus(raw []byte) (*StatusFields, error) {
	s := new(StatusFields)
	return s, parseLines(raw, "status", s, statusKeys)
}

var statusKeys = map[string]func(*StatusFields, *fields){
	"Name":            func(s *StatusFields, f *fields) { s.Name = unescape(f.rest) },
	"State":           func(s *StatusFields, f *fields) { s.State = firstByte(f.word()) },
	"Tgid":            func(s *StatusFields, f *fields) { s.Tgid = f.integer() },
	"Pid":             func(s *StatusFields, f *fields) { s.Pid = f.integer() },
	"PPid":            func(s *StatusFields, f *fields) { s.PPid = f.integer() },
	"TracerPid":       func(s *StatusFields, f *fields) { s.TracerPid = f.integer() },
	"Uid":             func(s *StatusFields, f *fields) { s.UID = f.ids() },
	"Gid":             func(s *StatusFields, f *fields) { s.GID = f.ids() },
	"Threads":         func(s *StatusFields, f *fields) { s.Threads = f.integer() },
	"NSpid":           func(s *StatusFields, f *fields) { s.NSpid = f.integers() },
	"SigPnd":          func(s *StatusFields, f *fields) { s.SigPnd = f.sigSet() },
	"ShdPnd":          func(s *StatusFields, f *fields) { s.ShdPnd = f.sigSet() },
	"SigBlk":          func(s *StatusFields, f *fields) { s.SigBlk = f.sigSet() },
	"SigIgn":          func(s *StatusFields, f *fields) { s.SigIgn = f.sigSet() },
	"SigCgt":          func(s *StatusFields, f *fields) { s.SigCgt = f.sigSet() },
	"Seccomp":         func(s *StatusFields, f *fields) { s.Seccomp = f.integer() },
	"Seccomp_filters": func(s *StatusFields, f *fields) { s.SeccompFilters = f.integer() },
}

func (f *fields) sigSet() SigSet { return SigSet(f.number(f.word(), 16)) }

func (f *fields) ids() IDs {
	id := func() uint32 { return uint32(f.number(f.word(), 10)) }
	return IDs{id(), id(), id(), id()}
}
