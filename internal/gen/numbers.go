package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"github.com/trapline/trapline/abi"
)

// numberLine is a number as the headers define it. Those of x32 have the ABI's
// bit added, which the table leaves out.
var numberLine = regexp.MustCompile(`(?m)^#define __NR_(\w+)\s+(?:\(__X32_SYSCALL_BIT \+ (\d+)\)|(\d+))$`)

// numbers reads the system call numbers of every ABI, without its NRBit, in the
// order of the first ABI that has the call.
func (h *headers) numbers() (*list, error) {
	l := &list{}
	for i, a := range abi.All {
		t := targets[a.Name]
		text, err := os.ReadFile(filepath.Join(h.dir, t.triplet, "asm", t.unistd))
		if err != nil {
			return nil, err
		}
		for _, m := range numberLine.FindAllStringSubmatch(string(text), -1) {
			nr, err := strconv.ParseUint(m[2]+m[3], 10, 16)
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", t.unistd, m[0], err)
			}
			v := l.values[m[1]]
			v[i] = number{nr, true}
			l.set(m[1], v)
		}
	}
	return l, nil
}

// byNumber turns the i-th ABI's numbers into its names by number.
func (l *list) byNumber(i int) ([]string, error) {
	var names []string
	for _, name := range l.names {
		n := l.values[name][i]
		if !n.ok {
			continue
		}
		if short := int(n.value) + 1 - len(names); short > 0 {
			names = append(names, slices.Repeat([]string{""}, short)...)
		}
		if other := names[n.value]; other != "" {
			return nil, fmt.Errorf("%s: %s and %s both have number %d", abi.All[i].Name, other, name, n.value)
		}
		names[n.value] = name
	}
	return names, nil
}
