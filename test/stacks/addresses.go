package main

import (
	"bufio"
	"bytes"
	"context"
	"debug/elf"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// How many addresses of a file are looked up, and how many at once.
const (
	lookups = 5000
	atOnce  = 500
)

// libraries are installed along with their debug information.
var libraries = []subject{installed("/lib/*/libc.so.6"), installed("/lib/*/libm.so.6"), installed("/usr/bin/node")}

// installed is the file that a pattern leads to.
func installed(pattern string) subject {
	return subject{name: path.Base(pattern), needs: "addr2line", file: func(*stage) (string, error) {
		found, _ := filepath.Glob(pattern)
		if len(found) == 0 {
			return "", need(pattern)
		}
		return found[0], nil
	}}
}

// looked are the programs that addr2line understands: it knows nothing of what was split off,
// of Go's and much of clang's inlined calls, and takes other symbols of several than gdb.
var looked = []string{"C -O2", "C DWARF 2", "C DWARF 3", "C DWARF 4", "C compressed", "C LTO", "C 32 bits", "C++ -O2", "C++ type units"}

// compareAddresses holds trapline resolve against addr2line at random addresses of programs
// that are compiled here and of libraries. Lines are shown but not judged: of several that
// begin at one address addr2line takes the last, gdb and we one that is good to stop at.
func compareAddresses() error {
	oracle = "addr2line"
	files := slices.DeleteFunc(slices.Clone(programs), func(s subject) bool { return !slices.Contains(looked, s.name) })
	_, err := performEach(append(files, libraries...), (*subject).resolve)
	return err
}

// resolve compares what the two say of a program.
func (s *subject) resolve() (t tally, err error) {
	if _, err := exec.LookPath(s.needs); err != nil {
		return t, need(s.needs)
	}
	ctx, cancel := context.WithTimeout(context.Background(), *limit)
	defer cancel()
	stage, err := newStage(ctx)
	if err != nil {
		return t, err
	}
	defer stage.end()
	file, err := s.file(stage)
	if err != nil {
		return t, err
	}
	return compareFile(ctx, file)
}

func compareFile(ctx context.Context, file string) (t tally, err error) {
	addrs, err := someAddresses(file)
	for len(addrs) > 0 && err == nil {
		part := addrs[:min(atOnce, len(addrs))]
		addrs = addrs[len(part):]
		var theirs, ours []thread
		if theirs, err = addr2line(ctx, file, part); err != nil {
			break
		}
		if ours, err = resolved(ctx, file, part); err != nil {
			break
		}
		for i := range part {
			t.add(compareStacks(theirs[i], ours[i]))
		}
	}
	return t, err
}

// someAddresses are addresses in the functions of a file. What is between functions is
// nobody's, and addr2line gives it to the one before.
func someAddresses(file string) (addrs []string, err error) {
	f, err := elf.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	symbols, err := f.Symbols()
	if err != nil {
		symbols, err = f.DynamicSymbols()
	}
	symbols = slices.DeleteFunc(symbols, func(s elf.Symbol) bool { return elf.ST_TYPE(s.Info) != elf.STT_FUNC || s.Size == 0 })
	if err != nil || len(symbols) == 0 {
		return nil, fmt.Errorf("%s has no symbols: %w", file, err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range lookups {
		s := symbols[r.IntN(len(symbols))]
		addrs = append(addrs, fmt.Sprintf("%#x", s.Value+r.Uint64N(s.Size)))
	}
	return addrs, nil
}

// word is the last word of a function's name: of its scopes, addr2line tells none where DWARF
// has no linker's name, and Rust's in another way.
func word(name string) string {
	for before := ""; before != name; {
		before, name = name, angles.ReplaceAllString(name, "")
	}
	words := words.FindAllString(plain(name), -1)
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

// Arguments of templates, the innermost, and words.
var (
	angles = regexp.MustCompile(`<[^<>]*>`)
	words  = regexp.MustCompile(`[\pL\pN_~]+`)
)

// addr2lineFrame is a line of addr2line: an address, or the call it is inlined in.
var addr2lineFrame = regexp.MustCompile(`^(?:(0x[0-9a-f]+): | \(inlined by\) )(.*) at (.*):(\d+|\?)(?: \(discriminator \d+\))?$`)

// addr2line returns the calls at each address as a stack.
func addr2line(ctx context.Context, file string, addrs []string) (found []thread, err error) {
	out, err := exec.CommandContext(ctx, "addr2line", append([]string{"-aipfC", "-e", file}, addrs...)...).Output()
	if err != nil {
		return nil, fmt.Errorf("addr2line: %w", err)
	}
	for line := range strings.Lines(string(out)) {
		m := addr2lineFrame.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil {
			return nil, fmt.Errorf("addr2line says %q", line)
		}
		if m[1] != "" {
			found = append(found, thread{Ended: outermost})
		}
		f := frame{Function: strings.TrimPrefix(m[2], "??"), File: m[3], plain: word(strings.TrimPrefix(m[2], "??"))}
		f.Line, _ = strconv.Atoi(m[4])
		last := &found[len(found)-1]
		last.Frames = append(last.Frames, f)
	}
	if len(found) != len(addrs) {
		return nil, fmt.Errorf("addr2line answers %d of %d questions", len(found), len(addrs))
	}
	return found, nil
}

// resolved is what trapline resolve says of each address.
func resolved(ctx context.Context, file string, addrs []string) (found []thread, err error) {
	var complaint bytes.Buffer
	cmd := exec.CommandContext(ctx, *trapline, append([]string{"resolve", "--json", file}, addrs...)...)
	cmd.Stderr = &complaint
	out, _ := cmd.Output()
	known := map[string]thread{}
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var at struct {
			What   string
			Places []frame
		}
		if err := json.Unmarshal(lines.Bytes(), &at); err != nil {
			return nil, fmt.Errorf("trapline resolve: %w\n%s", err, complaint.Bytes())
		}
		for i := range at.Places {
			at.Places[i].plain = word(at.Places[i].Function)
		}
		known[at.What] = thread{Frames: at.Places}
	}
	for _, addr := range addrs {
		found = append(found, known[addr])
	}
	return found, nil
}
