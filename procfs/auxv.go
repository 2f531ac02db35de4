package procfs

import (
	"encoding/binary"

	"github.com/trapline/trapline/abi"
)

// AuxvFields are entries of /proc/pid/auxv: what the kernel told a program when it started.
type AuxvFields struct {
	Base  abi.Addr // where the dynamic linker is; zero without one
	Entry abi.Addr // of the program
}

// The keys of the entries.
const (
	atNull  = 0
	atBase  = 7
	atEntry = 9
)

// Auxv reads /proc/pid/auxv of a process whose words are so many bytes long.
func Auxv(pid, word int) (AuxvFields, error) {
	raw, err := read(pid, "auxv")
	if err != nil {
		return AuxvFields{}, err
	}
	return ParseAuxv(raw, word), nil
}

// ParseAuxv parses /proc/pid/auxv.
func ParseAuxv(raw []byte, word int) AuxvFields {
	var f AuxvFields
	for ; len(raw) >= 2*word; raw = raw[2*word:] {
		value := abi.Addr(auxWord(raw[word:], word))
		switch auxWord(raw, word) {
		case atNull:
			return f
		case atBase:
			f.Base = value
		case atEntry:
			f.Entry = value
		}
	}
	return f
}

func auxWord(raw []byte, word int) uint64 {
	if word == 4 {
		return uint64(binary.NativeEndian.Uint32(raw))
	}
	return binary.NativeEndian.Uint64(raw)
}
