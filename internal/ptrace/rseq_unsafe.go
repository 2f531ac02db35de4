package ptrace

import (
	"unsafe"

	"github.com/trapline/trapline/abi"
)

// RseqConfig is struct ptrace_rseq_configuration of <linux/ptrace.h>: where the
// task has registered its restartable sequences. Addr is zero when it has not.
type RseqConfig struct {
	Addr      abi.Addr
	Size      uint32
	Signature uint32
	Flags     uint32
	pad       uint32
}

// GetRseq asks for the task's restartable sequences. Linux 5.13.
func GetRseq(tid int) (RseqConfig, error) {
	var c RseqConfig
	_, err := getRseq.with(tid, unsafe.Sizeof(c), unsafe.Pointer(&c))
	return c, err
}
