package sweep

import (
	"strconv"
	"syscall"

	"github.com/trapline/trapline/uapi"
)

// signalName is the name of a signal: SIGSEGV.
func signalName(s syscall.Signal) string {
	if name, ok := uapi.Signals.Find(uint64(s)); ok {
		return name
	}
	return strconv.Itoa(int(s))
}
