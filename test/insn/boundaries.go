package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/insn"
)

// A tally is what came of comparing boundaries.
type tally struct {
	instructions, different int
	explained               map[string]int
}

func (t *tally) print(name string) {
	fmt.Printf("%-40s %12d %10d", name, t.instructions, t.different)
	for _, reason := range slices.Sorted(maps.Keys(t.explained)) {
		fmt.Printf(" %s: %d;", reason, t.explained[reason])
	}
	fmt.Println()
}

// boundaries compares where objdump and insn see each instruction of the file end, and notes
// where objdump sees one.
func (f *file) boundaries(seen forms) (*tally, error) {
	t := &tally{explained: map[string]int{}}
	f.starts = map[uint64]bool{}
	var lost uint64 // until there objdump may have lost its way, after what it does not know
	err := objdump([]string{"-d", f.path}, func(l line) {
		code := f.at(l.addr)
		i, err := insn.Decode(f.abi, abi.Addr(l.addr), code[:min(len(code), insn.MaxLen)])
		t.compare(l, &i, err)
		if l.explained(&i) != "" {
			lost = l.addr + insn.MaxLen
		}
		f.starts[l.addr] = l.addr >= lost
		if err == nil && i.Len == len(l.code) {
			seen.add(&i)
		}
	})
	return t, err
}

func (t *tally) compare(l line, i *insn.Inst, err error) {
	if reason := l.explained(i); reason != "" {
		t.explained[reason]++
		return
	}
	t.instructions++
	if err == nil && i.Len == len(l.code) {
		return
	}
	t.different++
	if *verbose || t.different <= 10 {
		fmt.Printf("  %x: % x %s: ours has %d bytes, %v\n", l.addr, l.code, l.text, i.Len, err)
	}
}

// A line is one instruction as objdump prints it.
type line struct {
	addr uint64
	code []byte
	text string
}

// explained says why objdump's line is not what a processor makes of the bytes.
func (l line) explained(i *insn.Inst) string {
	words := strings.Fields(l.text)
	switch {
	case len(words) == 0, strings.Contains(l.text, "(bad)"), words[0] == ".byte":
		return "data"
	case i.Len > 0 && i.Len < len(l.code) && l.code[i.Len-1] == 0x9B:
		return "fwait with the next"
	case i.Len == len(l.code)+2 && i.Flow <= insn.Calls && strings.HasPrefix(i.Form(), "64 66"):
		return "branch of 16 bits" // where processors disagree
	case prefixes(words):
		return "prefixes alone"
	}
	return ""
}

// prefixes reports whether the line is nothing but prefixes: objdump prints those that way
// which something comes after that they do not belong to.
func prefixes(words []string) bool {
	for _, w := range words {
		if !strings.HasPrefix(w, "rex") && !slices.Contains(prefixNames, w) {
			return false
		}
	}
	return true
}

var prefixNames = strings.Fields("data16 addr32 addr16 lock repz repnz cs ds es fs gs ss bnd notrack xacquire xrelease")

// objdump runs it and calls f for each line.
func objdump(args []string, f func(line)) error {
	cmd := exec.Command("objdump", append([]string{"-w", "--insn-width=16"}, args...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	scan := bufio.NewScanner(out)
	scan.Buffer(nil, 1<<20)
	for scan.Scan() {
		if l, ok := parse(scan.Text()); ok {
			f(l)
		}
	}
	io.Copy(io.Discard, out)
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("objdump %s: %w", strings.Join(args, " "), err)
	}
	return scan.Err()
}

// parse splits a line of objdump's: address, bytes, text.
func parse(s string) (l line, ok bool) {
	parts := strings.SplitN(s, "\t", 3)
	if len(parts) < 2 {
		return line{}, false
	}
	addr, err := strconv.ParseUint(strings.TrimSuffix(strings.TrimSpace(parts[0]), ":"), 16, 64)
	if err != nil {
		return line{}, false
	}
	l.addr = addr
	l.code, err = hex.DecodeString(strings.ReplaceAll(parts[1], " ", ""))
	if len(parts) == 3 {
		l.text = strings.TrimSpace(parts[2])
	}
	return l, err == nil && len(l.code) > 0
}

// forms are instructions by their form, one of each.
type forms map[string]string

func (f forms) add(i *insn.Inst) {
	form := i.Form()
	if _, ok := f[form]; !ok {
		f[form] = fmt.Sprintf("%d %x", 8*i.ABI.Reg, i.Code())
	}
}

// write writes one instruction of each form, in the order of the forms.
func (f forms) write(path string) error {
	if path == "" {
		return nil
	}
	var b strings.Builder
	for _, form := range slices.Sorted(maps.Keys(f)) {
		b.WriteString(f[form] + "\n")
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}
