package filter

import (
	"strconv"
	"strings"
	"syscall"

	"github.com/trapline/trapline/internal/alike"
)

// Signals is a set of signal numbers.
type Signals struct{ bits [4]uint64 }

// ParseSignals reads a set of signals: names with or without SIG, in any case, or
// numbers.
func ParseSignals(expr string) (*Signals, error) {
	s := &Signals{}
	not, err := collect("signal", expr, s.add)
	if err != nil {
		return nil, err
	}
	if not {
		s.invert()
	}
	return s, nil
}

// Has says whether sig is in the set.
func (s *Signals) Has(sig syscall.Signal) bool {
	return uint(sig) < 256 && s.bits[sig/64]&(1<<(sig%64)) != 0
}

func (s *Signals) add(value string) error {
	if value == "all" {
		s.bits = [4]uint64{}
		s.invert()
		return nil
	}
	sig, err := signalNumber(value)
	if err != nil {
		return err
	}
	s.bits[sig/64] |= 1 << (sig % 64)
	return nil
}

func (s *Signals) invert() {
	for i := range s.bits {
		s.bits[i] = ^s.bits[i]
	}
}

func signalNumber(value string) (uint64, error) {
	if n, err := strconv.ParseUint(value, 10, 8); err == nil {
		return n, nil
	}
	name := strings.TrimPrefix(strings.ToUpper(value), "SIG")
	for i, known := range signalNames {
		if known == name {
			return uint64(i) + 1, nil
		}
	}
	if n, ok := strings.CutPrefix(name, "RT_"); ok {
		if i, err := strconv.ParseUint(n, 10, 8); err == nil && i >= 1 && i <= 32 {
			return i + rtMin, nil
		}
	}
	return 0, &UnknownError{"signal", value, alike.To(name, signalNames)}
}

// rtMin is the first real-time signal as the kernel counts.
const rtMin = 32

// signalNames are the names of the signals from 1 on, the same on all our ABIs.
var signalNames = []string{
	"HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE",
	"KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
	"CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
	"XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS", "RTMIN",
}
