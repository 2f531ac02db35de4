package procfs

import (
	"strconv"
	"strings"

	"github.com/trapline/trapline/abi"
)

// VCPUFields is a virtual processor of KVM.
type VCPUFields struct {
	Num int
	At  abi.Addr // where it is mapped; zero: not, or more than once
}

// vcpuName begins the links of virtual processors; their number follows.
const vcpuName = "anon_inode:kvm-vcpu:"

// VCPU returns the virtual processor that a descriptor is; nil for anything else. Those of
// two machines cannot be told apart in the list of mappings.
func VCPU(pid, fd int) (*VCPUFields, error) {
	link, err := FD(pid, fd)
	number, ok := strings.CutPrefix(link, vcpuName)
	if err != nil || !ok {
		return nil, err
	}
	v := new(VCPUFields)
	if v.Num, err = strconv.Atoi(number); err != nil {
		return nil, err
	}
	maps, err := Maps(pid)
	v.At = mappedOnce(maps, link)
	return v, err
}

// mappedOnce returns where the beginning of the file of that name is mapped; zero unless that is
// one place.
func mappedOnce(maps []Mapping, name string) abi.Addr {
	at := abi.Addr(0)
	for i := range maps {
		if maps[i].Path != name || maps[i].Offset != 0 {
			continue
		}
		if at != 0 {
			return 0
		}
		at = maps[i].Start
	}
	return at
}
