package filter

import (
	"slices"
	"strconv"
)

// Descriptors is a set of file descriptors.
type Descriptors struct {
	fds []int32 // sorted
	not bool    // the set is all others
}

// ParseDescriptors reads a set of descriptor numbers: "0,5".
func ParseDescriptors(expr string) (*Descriptors, error) {
	d := &Descriptors{}
	all := false
	not, err := collect("descriptor", expr, func(value string) error {
		if value == "all" {
			all = true
			return nil
		}
		fd, err := strconv.ParseUint(value, 10, 31)
		if err != nil {
			return &UnknownError{Kind: "descriptor", Name: value}
		}
		d.fds = append(d.fds, int32(fd))
		return nil
	})
	if err != nil {
		return nil, err
	}
	if all {
		d.fds = nil
	}
	d.not = all != not
	slices.Sort(d.fds)
	return d, nil
}

// Has says whether fd is in the set.
func (d *Descriptors) Has(fd int32) bool {
	_, found := slices.BinarySearch(d.fds, fd)
	return found != d.not
}
