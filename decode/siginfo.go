package decode

import (
	"strconv"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// siginfoSize is the size of a siginfo_t under every ABI.
const siginfoSize = 128

// The codes that say how a siginfo_t is laid out, whatever the signal.
const (
	siUser  = 0
	siTimer = -2
	siSigIO = -5
	siTkill = -6
)

// The signals whose siginfo_t is laid out in a way of their own.
const (
	sigILL  = 4
	sigTRAP = 5
	sigBUS  = 7
	sigFPE  = 8
	sigSEGV = 11
	sigCHLD = 17
	sigIO   = 29
	sigSYS  = 31
)

// ticks is the number of clock ticks in a second, in which times of children are.
const ticks = 100

// Siginfo decodes a siginfo_t of a 64-bit ABI, as ptrace gives it to the tracer; nil
// when there is none. The task's own ABI tells which system call SIGSYS is about.
func Siginfo(a *value.Arena, info []byte, task *abi.ABI) value.Value {
	if len(info) < siginfoSize {
		return nil
	}
	s := siginfoData{a: a, b: info, word: 8, at: 16, task: task}
	return s.value()
}

// SiginfoOf decodes a siginfo_t that is laid out as the task's ABI has it, as a core holds
// it; nil when there is none.
func SiginfoOf(a *value.Arena, info []byte, task *abi.ABI) value.Value {
	if len(info) < siginfoSize {
		return nil
	}
	s := siginfoData{a: a, b: info, word: task.Word, at: max(12, 2*task.Word), task: task}
	return s.value()
}

// siginfo decodes the siginfo_t that an argument points to.
func siginfo(x *context, w uint64) value.Value {
	b := x.read(abi.Addr(w), siginfoSize)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	v := SiginfoOf(x.a, b, x.abi)
	if x.c.TID != 0 {
		Introduce(v, x.a, x.c.Lookup, x.c.TID, x.c.mode)
	}
	return v
}

// siginfoData is a siginfo_t being decoded. The union begins at at.
type siginfoData struct {
	a      *value.Arena
	b      []byte
	word   int
	at     int
	task   *abi.ABI
	fields []value.Field
}

// siginfoFields is more than the most fields a siginfo_t has.
const siginfoFields = 10

func (s *siginfoData) value() value.Value {
	sig, code := s.int(0), s.int(8)
	if sig == 0 { // waitid has found nobody
		return s.a.Struct(nil, false)
	}
	s.fields = s.a.Fields(siginfoFields)
	s.add("si_signo", s.a.Flags(uint64(uint32(sig)), 4, uapi.Signals))
	s.add("si_code", s.a.Flags(uint64(uint32(code)), 4, codesOf(sig, code)))
	if errno := s.int(4); errno != 0 {
		s.add("si_errno", s.errno(uint64(uint32(errno))))
	}
	switch {
	case code == siUser || code == siTkill:
		s.sender()
	case code == siTimer:
		s.timer()
	case code == siSigIO:
		s.poll()
	case code < 0:
		s.sender()
		s.queued(s.at + 8)
	default:
		s.kernel(sig, code)
	}
	return s.a.Struct(s.fields, false)
}

// kernel decodes what the kernel itself says with a signal.
func (s *siginfoData) kernel(sig, code int32) {
	switch sig {
	case sigILL, sigFPE, sigTRAP:
		s.addr("si_addr", s.at)
	case sigSEGV, sigBUS:
		s.addr("si_addr", s.at)
		s.fault(sig, code)
	case sigCHLD:
		s.child(code)
	case sigIO:
		if _, ok := uapi.PollCodes.Find(uint64(code)); ok {
			s.poll()
		}
	case sigSYS:
		s.syscall()
	default:
		if s.int(s.at) != 0 || s.int(s.at+4) != 0 || integer(s.b, s.at+8, s.word) != 0 {
			s.sender()
			s.queued(s.at + 8)
		}
	}
}

// codesOf returns the set that names the code.
func codesOf(sig, code int32) *uapi.Set {
	if _, general := uapi.SignalCodes.Find(uint64(uint32(code))); general {
		return uapi.SignalCodes
	}
	switch sig {
	case sigILL:
		return uapi.IllCodes
	case sigFPE:
		return uapi.FpeCodes
	case sigSEGV:
		return uapi.SegvCodes
	case sigBUS:
		return uapi.BusCodes
	case sigTRAP:
		return uapi.TrapCodes
	case sigCHLD:
		return uapi.ChldCodes
	case sigIO:
		return uapi.PollCodes
	case sigSYS:
		return uapi.SysCodes
	}
	return uapi.SignalCodes
}

// errno is an error number; what is none is not negative.
func (s *siginfoData) errno(number uint64) value.Value {
	if _, known := uapi.Errnos.Find(number); !known {
		return s.a.Int(number, 4, value.Unsigned)
	}
	return s.a.Flags(number, 4, uapi.Errnos)
}

func (s *siginfoData) int(at int) int32 { return int32(integer(s.b, at, 4)) }

func (s *siginfoData) add(name string, v value.Value) {
	s.fields = append(s.fields, value.Field{Name: name, Value: v})
}

// number adds the integer of n bytes at at.
func (s *siginfoData) number(name string, at, n int, form value.Form) {
	s.add(name, s.a.Int(integer(s.b, at, n), n, form))
}

func (s *siginfoData) addr(name string, at int) { s.number(name, at, s.word, value.Address) }

// sender adds who sent the signal.
func (s *siginfoData) sender() {
	s.add("si_pid", s.a.PID(s.int(s.at)))
	s.number("si_uid", s.at+4, 4, value.Unsigned)
}

// queued adds the value that was sent along, if any.
func (s *siginfoData) queued(at int) {
	if integer(s.b, at, s.word) != 0 {
		s.sigval(at)
	}
}

func (s *siginfoData) sigval(at int) {
	s.number("si_int", at, 4, value.Signed)
	s.addr("si_ptr", at)
}

func (s *siginfoData) timer() {
	s.number("si_timerid", s.at, 4, value.Hex)
	s.number("si_overrun", s.at+4, 4, value.Signed)
	s.sigval(s.at + 8)
}

func (s *siginfoData) poll() {
	s.number("si_band", s.at, s.word, value.Signed)
	s.add("si_fd", s.a.FD(s.int(s.at+s.word)))
}

// fault adds what some codes say beyond the address.
func (s *siginfoData) fault(sig, code int32) {
	const bndErr, pkuErr, mceAR, mceAO = 3, 4, 4, 5
	more := s.at + 2*s.word
	switch {
	case sig == sigBUS && (code == mceAR || code == mceAO):
		s.number("si_addr_lsb", s.at+s.word, 2, value.Hex)
	case sig == sigSEGV && code == bndErr:
		s.addr("si_lower", more)
		s.addr("si_upper", more+s.word)
	case sig == sigSEGV && code == pkuErr:
		s.number("si_pkey", more, 4, value.Unsigned)
	}
}

func (s *siginfoData) child(code int32) {
	const exited = 1
	s.sender()
	status := s.int(s.at + 8)
	if code == exited {
		s.number("si_status", s.at+8, 4, value.Signed)
	} else {
		s.add("si_status", s.a.Flags(uint64(uint32(status)), 4, uapi.Signals))
	}
	at := (s.at + 12 + s.word - 1) / s.word * s.word
	s.time("si_utime", at)
	s.time("si_stime", at+s.word)
}

// time adds a number of clock ticks.
func (s *siginfoData) time(name string, at int) {
	s.add(name, ticked(s.a, integer(s.b, at, s.word), s.word))
}

// ticked is a number of clock ticks, with the seconds that makes.
func ticked(a *value.Arena, n uint64, size int) value.Value {
	v := a.Int(n, size, value.Unsigned)
	if n == 0 {
		return v
	}
	b := strconv.AppendUint(a.Bytes(32), n/ticks, 10)
	b = append(b, '.', '0'+byte(n%ticks/10), '0'+byte(n%10), ' ', 's')
	return a.Note(v, text(b))
}

// spent decodes the time of a process in clock ticks.
func spent(x *context, w uint64) value.Value { return ticked(x.a, w, x.abi.KernelLong) }

func (s *siginfoData) syscall() {
	s.addr("si_call_addr", s.at)
	nr := integer(s.b, s.at+s.word, 4)
	arch := integer(s.b, s.at+s.word+4, 4)
	s.add("si_syscall", s.callName(nr, abi.Of(uint32(arch), nr)))
	s.add("si_arch", s.a.Flags(arch, 4, uapi.AuditArchs))
}

// callName names the call of an ABI: as C does for the task's own ABI, in a comment
// for another.
func (s *siginfoData) callName(nr uint64, of *abi.ABI) value.Value {
	v := s.a.Int(nr, 4, value.Signed)
	if of == nil {
		return v
	}
	row := syscalls.For(of).Row(nr)
	switch {
	case row == nil || s.task == nil:
		return v
	case of.Arch != s.task.Arch:
		return v
	case of != s.task:
		return s.a.Note(v, row.Name)
	}
	name := uapi.Const{Name: "__NR_" + row.Name, Value: nr}
	return s.a.Flags(nr, 4, &uapi.Set{Name: "system call numbers", Consts: []uapi.Const{name}})
}
