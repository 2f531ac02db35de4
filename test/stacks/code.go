package main

import (
	"fmt"
	"os"
	"slices"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/procfs"
)

// codeOf returns what tells whether a call may return to an address of a process: there is
// code, and a call before it.
func codeOf(pid int) (returns func(address) bool, err error) {
	maps, err := procfs.Maps(pid)
	if err != nil {
		return nil, err
	}
	return func(pc address) bool {
		i := slices.IndexFunc(maps, func(m procfs.Mapping) bool { return m.Contains(abi.Addr(pc)) })
		return i >= 0 && maps[i].Perm&procfs.Executable != 0 && isBehindCall(pid, pc)
	}, nil
}

// isBehindCall reports whether there is a call before an address, as far as one can see.
func isBehindCall(pid int, pc address) bool {
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		return true
	}
	defer memory.Close()
	var before [longestCall]byte
	_, err = memory.ReadAt(before[:], int64(pc)-longestCall)
	return err != nil || endsInCall(before[:])
}

// longestCall is how long a call of x86 may be.
const longestCall = 8

// endsInCall reports whether code may end in a call of x86: one of a relative address, or
// one through a register or memory.
func endsInCall(code []byte) bool {
	end := len(code)
	if code[end-5] == 0xe8 {
		return true
	}
	for n := 2; n <= 7; n++ {
		if code[end-n] == 0xff && code[end-n+1]>>3&7 == 2 {
			return true
		}
	}
	return false
}
