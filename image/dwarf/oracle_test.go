package dwarf

import (
	"bytes"
	"debug/elf"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// builds are the programs whose every instruction is looked up: what compilers write in
// each version of DWARF, compressed, for 32 bits, by a linker that compiles.
var builds = []struct{ source, flags string }{
	{"plain.c", "-gdwarf-2"},
	{"plain.c", "-gdwarf-3"},
	{"plain.c", "-gdwarf-4"},
	{"plain.c", "-gdwarf-5"},
	{"plain.c", "-gdwarf-5 -gz"},
	{"plain.c", "-gdwarf-4 -fdebug-types-section"},
	{"plain.c", "-gdwarf-5 -m32"},
	{"plain.c", "-gdwarf-5 -ffunction-sections -O3"},
	{"nested.cc", "-gdwarf-2"},
	{"nested.cc", "-gdwarf-4"},
	{"nested.cc", "-gdwarf-5"},
	{"nested.cc", "-gdwarf-5 -O3 -gz"},
}

// minEqual is the share of instructions that must lead to the same as elsewhere, percent.
const minEqual = 99.5

// An instruction is one of a program.
type instruction struct {
	addr    uint64
	padding bool // between functions
}

func TestOracles(t *testing.T) {
	for _, b := range builds {
		t.Run(b.source+" "+b.flags, func(t *testing.T) {
			program := filepath.Join(t.TempDir(), "program")
			compiler := map[string]string{".c": "gcc", ".cc": "g++"}[path.Ext(b.source)]
			args := append(strings.Fields("-O2 "+b.flags), "-o", program, filepath.Join("testdata", "oracle", b.source))
			run(t, "", compiler, args...)
			code, d := disassemble(t, program), open(t, program)
			report(t, "addr2line", differences(addr2line(t, program, code), code, d, sameChain), len(code))
			report(t, "gdb", differences(gdbLines(t, program, code), code, d, sameLine), len(code))
			if d.Err() != nil {
				t.Error(d.Err())
			}
		})
	}
}

// run runs a program that must not fail and returns its output.
func run(t *testing.T, input, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Stdin = strings.NewReader(input)
	var problem bytes.Buffer
	cmd.Stderr = &problem
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, &problem)
	}
	return string(out)
}

// open returns the DWARF of a program.
func open(t *testing.T, program string) *Data {
	t.Helper()
	f, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return New(func(name string) (io.ReaderAt, int64) {
		s := f.Section(name)
		if s == nil {
			return nil, 0
		}
		data, err := s.Data()
		if err != nil {
			t.Fatal(err)
		}
		return bytes.NewReader(data), int64(len(data))
	})
}

// instructionLine is a line of objdump's.
var instructionLine = regexp.MustCompile(`(?m)^\s+([0-9a-f]+):\s+(.*)$`)

func disassemble(t *testing.T, program string) (code []instruction) {
	t.Helper()
	out := run(t, "", "objdump", "-d", "--no-show-raw-insn", "-j", ".text", program)
	for _, m := range instructionLine.FindAllStringSubmatch(out, -1) {
		addr, _ := strconv.ParseUint(m[1], 16, 64)
		code = append(code, instruction{addr, strings.Contains(m[2], "nop") || strings.Contains(m[2], "xchg   %ax,%ax")})
	}
	return code
}

// answers is what another program says of each address: functions and lines, the
// innermost call first.
type answers map[uint64][]Call

// placeLine is one of addr2line's.
var placeLine = regexp.MustCompile(`^(?:0x([0-9a-f]+): | \(inlined by\) )(.*) at (.*):(\d+|\?)(?: \(discriminator \d+\))?$`)

func addr2line(t *testing.T, program string, code []instruction) answers {
	t.Helper()
	var input strings.Builder
	for _, i := range code {
		fmt.Fprintf(&input, "%#x\n", i.addr)
	}
	said, addr := answers{}, uint64(0)
	for line := range strings.Lines(run(t, input.String(), "addr2line", "-fipae", program)) {
		m := placeLine.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil {
			t.Fatalf("addr2line says %q", line)
		}
		if m[1] != "" {
			addr, _ = strconv.ParseUint(m[1], 16, 64)
		}
		n, _ := strconv.Atoi(m[4])
		said[addr] = append(said[addr], Call{Name: Name{Linkage: m[2]}, File: path.Clean(m[3]), Line: n})
	}
	return said
}

// infoLine is the answer of gdb's info line.
var infoLine = regexp.MustCompile(`(?m)^(?:Line (\d+) of "(.*?)"|No line number information|Address )`)

func gdbLines(t *testing.T, program string, code []instruction) answers {
	t.Helper()
	commands := filepath.Join(t.TempDir(), "commands")
	var b strings.Builder
	for _, i := range code {
		fmt.Fprintf(&b, "info line *%#x\n", i.addr)
	}
	if err := os.WriteFile(commands, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	lines := infoLine.FindAllStringSubmatch(run(t, "", "gdb", "-batch", "-nx", "-x", commands, program), -1)
	if len(lines) != len(code) {
		t.Fatalf("gdb answers %d of %d questions", len(lines), len(code))
	}
	said := answers{}
	for i, m := range lines {
		if n, _ := strconv.Atoi(m[1]); n > 0 {
			said[code[i].addr] = []Call{{File: path.Clean(m[2]), Line: n}}
		}
	}
	return said
}

// differences are the addresses of which another program says something else.
func differences(said answers, code []instruction, d *Data, same func(d *Data, i instruction, theirs, ours []Call) bool) (wrong []string) {
	for _, i := range code {
		if ours := d.Calls(nil, i.addr); !same(d, i, said[i.addr], ours) {
			wrong = append(wrong, fmt.Sprintf("%#x: %v, not %v", i.addr, ours, said[i.addr]))
		}
	}
	return wrong
}

func report(t *testing.T, oracle string, wrong []string, of int) {
	t.Helper()
	share := 100 * float64(of-len(wrong)) / float64(of)
	t.Logf("%s agrees on %d of %d instructions: %.2f %%", oracle, of-len(wrong), of, share)
	if share < minEqual || of < 100 {
		for _, w := range wrong[:min(len(wrong), 10)] {
			t.Log(w)
		}
		t.Errorf("%s agrees on %.2f %% only", oracle, share)
	}
}

// sameChain reports whether addr2line says the same. It takes padding for the function
// before, names code without DWARF by its symbol, and of several lines of one address
// takes the last even if it is no place to stop at.
func sameChain(d *Data, i instruction, theirs, ours []Call) bool {
	if len(ours) == 0 {
		return i.padding || len(theirs) == 1 && theirs[0].Line == 0
	}
	if len(ours) != len(theirs) {
		return i.padding && ours[0].Plain == ""
	}
	for n := range ours {
		if !sameCall(theirs[n], ours[n], n == 0) && !(n == 0 && d.ambiguous(i.addr)) && !i.padding {
			return false
		}
	}
	return true
}

// sameCall compares a call with addr2line's. Of an innermost one for which DWARF has no
// linker's name, addr2line takes the name and file from the symbol table, be it that of the
// function around it.
func sameCall(theirs, ours Call, innermost bool) bool {
	if ours.Linkage == "" && innermost {
		return theirs.Line == ours.Line
	}
	return sameName(theirs.Linkage, ours.Name) && theirs.File == ours.File && theirs.Line == ours.Line
}

// sameName reports whether addr2line's name is this. Where DWARF has no linker's name it
// may take the symbol, in which the name follows its length.
func sameName(theirs string, ours Name) bool {
	if ours.Linkage != "" {
		return theirs == ours.Linkage
	}
	name, _, _ := strings.Cut(ours.Plain, "<")
	return theirs == ours.Plain || name != "" && (strings.Contains(theirs, fmt.Sprint(len(name))+name) || strings.HasPrefix(theirs, name+"."))
}

// ambiguous reports whether several lines begin at the address that the line of this one
// begins at.
func (d *Data) ambiguous(addr uint64) bool {
	for _, u := range d.unitsAt(addr) {
		t := u.lines()
		n := 0
		for _, r := range t.rows {
			if found := t.at(addr); found != nil && r.addr == found.addr {
				n++
			}
		}
		if n > 1 {
			return true
		}
	}
	return false
}

// sameLine reports whether gdb says the same.
func sameLine(_ *Data, _ instruction, theirs, ours []Call) bool {
	if len(theirs) == 0 || len(ours) == 0 {
		return len(theirs) == len(ours)
	}
	return path.Base(theirs[0].File) == path.Base(ours[0].File) && theirs[0].Line == ours[0].Line
}
