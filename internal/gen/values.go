package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/trapline/trapline/abi"
)

// A number is a value that an ABI may lack.
type number struct {
	value uint64
	ok    bool
}

func (n number) String() string {
	if !n.ok {
		return "???"
	}
	return fmt.Sprintf("%#x", n.value)
}

// values are what one name stands for, by the order of abi.All. The first is the
// one that others are compared with.
type values [4]number

// String writes the values on one line: 0x10000, arm64:0x4000.
func (v values) String() string {
	var b strings.Builder
	b.WriteString(v[0].String())
	var done [len(values{})]bool
	for i := range v {
		if done[i] || v[i] == v[0] {
			continue
		}
		b.WriteString(", ")
		for j := i; j < len(v); j++ {
			if v[j] == v[i] {
				done[j] = true
				b.WriteString(abi.All[j].Name + ":")
			}
		}
		b.WriteString(v[i].String())
	}
	return b.String()
}

// nowhere is true for a name that no ABI has.
func (v values) nowhere() bool { return v == values{} }

func parseValues(text string) (v values, err error) {
	for i, part := range strings.Split(text, ",") {
		names := strings.Split(strings.TrimSpace(part), ":")
		n, err := parseNumber(names[len(names)-1])
		if err != nil {
			return v, err
		}
		names = names[:len(names)-1]
		if (i == 0) != (len(names) == 0) {
			return v, fmt.Errorf("%q: want VALUE, ABI:VALUE", text)
		}
		if err := v.assign(names, n); err != nil {
			return v, err
		}
	}
	return v, nil
}

func parseNumber(text string) (number, error) {
	if text == "???" {
		return number{}, nil
	}
	if n, err := strconv.ParseInt(text, 0, 32); err == nil && n < 0 {
		return number{uint64(uint32(n)), true}, nil
	}
	n, err := strconv.ParseUint(text, 0, 64)
	if err != nil {
		return number{}, fmt.Errorf("%q is not a value", text)
	}
	return number{n, true}, nil
}

// assign sets the value of the named ABIs, or of all when there are no names.
func (v *values) assign(names []string, n number) error {
	for i := range v {
		if len(names) == 0 {
			v[i] = n
		}
	}
	for _, name := range names {
		i := abiIndex(name)
		if i < 0 {
			return fmt.Errorf("%q is not an ABI", name)
		}
		v[i] = n
	}
	return nil
}

func abiIndex(name string) int {
	for i, a := range abi.All {
		if a.Name == name {
			return i
		}
	}
	return -1
}

// A list is names with values, in the order of the file that holds them.
type list struct {
	names  []string
	values map[string]values
}

func (l *list) set(name string, v values) {
	if l.values == nil {
		l.values = map[string]values{}
	}
	if _, ok := l.values[name]; !ok {
		l.names = append(l.names, name)
	}
	l.values[name] = v
}

// format writes the list as a file that begins with the given comment.
func (l *list) format(comment string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n", comment)
	for _, name := range l.names {
		fmt.Fprintf(&b, "%s = %s\n", name, l.values[name])
	}
	return b.Bytes()
}

// readList reads a file that format wrote.
func readList(path string) (*list, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	l := &list{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for nr := 1; lines.Scan(); nr++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		if line == "" {
			continue
		}
		name, rest, _ := strings.Cut(line, " = ")
		v, err := parseValues(rest)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %v", path, nr, err)
		}
		l.set(name, v)
	}
	return l, lines.Err()
}
