package procfs

import (
	"bytes"
	"fmt"
	"strconv"
)

// fields reads a line of words and numbers. Its first error sticks: after it every
// read gives zero.
type fields struct {
	rest []byte
	err  error
}

// blanks separate words.
const blanks = " \t"

// word reads a word.
func (f *fields) word() []byte { return f.until(blanks) }

// until reads up to the next of the delimiters, and over it and all blanks behind.
func (f *fields) until(delimiters string) []byte {
	i := bytes.IndexAny(f.rest, delimiters)
	if i < 0 {
		i = len(f.rest)
	}
	word := f.rest[:i]
	f.rest = bytes.TrimLeft(f.rest[min(i+1, len(f.rest)):], blanks)
	return word
}

// skip reads over n words.
func (f *fields) skip(n int) {
	for range n {
		f.word()
	}
}

// number parses a word as an unsigned number; base is as for strconv.ParseUint.
func (f *fields) number(word []byte, base int) uint64 {
	if f.err != nil {
		return 0
	}
	v, err := strconv.ParseUint(string(word), base, 64)
	f.fail(err)
	return v
}

// integer reads a decimal number with a sign.
func (f *fields) integer() int {
	if f.err != nil {
		return 0
	}
	v, err := strconv.Atoi(string(f.word()))
	f.fail(err)
	return v
}

func (f *fields) fail(err error) {
	if f.err == nil && err != nil {
		f.err = err
	}
}

// failed gives the first error, told as one about a file's line.
func (f *fields) failed(file string) error {
	if f.err == nil {
		return nil
	}
	return fmt.Errorf("procfs: %s: %w", file, f.err)
}

// integers reads decimal numbers to the end of the line.
func (f *fields) integers() []int {
	var list []int
	for f.err == nil && len(f.rest) > 0 {
		list = append(list, f.integer())
	}
	return list
}

// parseLines parses lines of "key: value" into v with the functions that keys has
// for them.
func parseLines[T any](raw []byte, file string, v *T, keys map[string]func(*T, *fields)) error {
	for line := range bytes.Lines(raw) {
		key, value, _ := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte(":"))
		parse := keys[string(key)]
		if parse == nil {
			continue
		}
		f := fields{rest: bytes.TrimLeft(value, blanks)}
		parse(v, &f)
		if f.err != nil {
			return f.failed(file + ": " + string(key))
		}
	}
	return nil
}
