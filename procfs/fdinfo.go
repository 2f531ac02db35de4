package procfs

import "strconv"

// FDInfoFields are fields of /proc/pid/fdinfo/N. Only some files have those from
// Pid on; they are zero for others.
type FDInfoFields struct {
	Pos       uint64
	Flags     uint64 // O_* of the open file
	MountID   int
	Pid       int   // of a pidfd: -1 when the process is gone, 0 when we cannot see it
	NSpid     []int // of a pidfd: the id in every pid namespace, ours first
	SigMask   SigSet
	Count     uint64 // of an eventfd
	EventFD   int    // of an eventfd: its id
	Semaphore int    // of an eventfd
	TTYIndex  int    // of the master of a pseudo terminal: N of /dev/pts/N
}

// FDInfo reads /proc/pid/fdinfo/N.
func FDInfo(pid, fd int) (*FDInfoFields, error) {
	raw, err := read(pid, "fdinfo/"+strconv.Itoa(fd))
	if err != nil {
		return nil, err
	}
	return ParseFDInfo(raw)
}

// ParseFDInfo parses /proc/pid/fdinfo/N. It passes over lines it does not know.
func ParseFDInfo(raw []byte) (*FDInfoFields, error) {
	i := new(FDInfoFields)
	return i, parseLines(raw, "fdinfo", i, fdInfoKeys)
}

var fdInfoKeys = map[string]func(*FDInfoFields, *fields){
	"pos":               func(i *FDInfoFields, f *fields) { i.Pos = f.number(f.word(), 10) },
	"flags":             func(i *FDInfoFields, f *fields) { i.Flags = f.number(f.word(), 8) },
	"mnt_id":            func(i *FDInfoFields, f *fields) { i.MountID = f.integer() },
	"Pid":               func(i *FDInfoFields, f *fields) { i.Pid = f.integer() },
	"NSpid":             func(i *FDInfoFields, f *fields) { i.NSpid = f.integers() },
	"sigmask":           func(i *FDInfoFields, f *fields) { i.SigMask = f.sigSet() },
	"eventfd-count":     func(i *FDInfoFields, f *fields) { i.Count = f.number(f.word(), 16) },
	"eventfd-id":        func(i *FDInfoFields, f *fields) { i.EventFD = f.integer() },
	"tty-index":         func(i *FDInfoFields, f *fields) { i.TTYIndex = f.integer() },
	"eventfd-semaphore": func(i *FDInfoFields, f *fields) { i.Semaphore = f.integer() },
}
