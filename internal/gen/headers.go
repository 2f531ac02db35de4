package main

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/trapline/trapline/abi"
)

// headers is a tree of kernel headers and the compiler that reads them.
type headers struct {
	dir     string // .../usr/include
	own     string // the compiler's own headers: stddef.h
	scratch string
	version string // 7.2.13
}

// A target says how gcc on amd64 reads the headers as another ABI would. No code
// runs, so that arm64 needs only its headers: its integers and structures are
// amd64's.
type target struct {
	triplet string
	flags   []string
	unistd  string
}

var targets = map[string]target{
	"amd64": {"x86_64-linux-gnu", []string{"-m64"}, "unistd_64.h"},
	"i386":  {"i386-linux-gnu", []string{"-m32"}, "unistd_32.h"},
	"x32":   {"x86_64-linux-gnux32", []string{"-mx32"}, "unistd_x32.h"},
	"arm64": {"aarch64-linux-gnu", []string{"-m64", "-U__x86_64__", "-U__i386__", "-D__aarch64__", "-D__AARCH64EL__"}, "unistd_64.h"},
}

// libc stands in for the C library's headers that a few UAPI headers ask for.
var libc = map[string]string{
	"endian.h": "#include <asm/byteorder.h>\n" +
		"#define __LITTLE_ENDIAN 1234\n#define __BIG_ENDIAN 4321\n#define __BYTE_ORDER __LITTLE_ENDIAN\n",
	"limits.h":     "#include <linux/limits.h>\n",
	"net/if.h":     "#include <linux/if.h>\n",
	"netinet/in.h": "#include <linux/in.h>\n#include <linux/in6.h>\n",
	"stdio.h":      "",
	"stdlib.h":     "",
	"string.h":     "",
	"sys/ioctl.h":  "#include <linux/ioctl.h>\n",
	"sys/socket.h": "#pragma once\n#include <linux/socket.h>\ntypedef unsigned short sa_family_t;\n" +
		"struct sockaddr { sa_family_t sa_family; char sa_data[14]; };\n",
	"sys/time.h":  "#include <time.h>\n",
	"sys/types.h": "#include <linux/types.h>\n",
	"time.h": "#pragma once\n#include <linux/time.h>\n#include <linux/posix_types.h>\n" +
		"typedef __kernel_old_time_t time_t;\n",
	"unistd.h": "",
}

// openHeaders prepares the headers that scripts/peers put under dir. The caller
// removes scratch.
func openHeaders(dir string) (*headers, error) {
	h := &headers{dir: filepath.Join(dir, "include", "usr", "include")}
	text, err := os.ReadFile(filepath.Join(h.dir, "linux", "version.h"))
	if err != nil {
		return nil, fmt.Errorf("%s is not a directory of scripts/peers: %w", dir, err)
	}
	h.version = headersVersion(string(text))
	own, err := exec.Command("gcc", "-print-file-name=include").Output()
	if err != nil {
		return nil, fmt.Errorf("gcc: %w", err)
	}
	h.own = strings.TrimSpace(string(own))
	if h.scratch, err = os.MkdirTemp("", "trapline-gen"); err != nil {
		return nil, err
	}
	for name, text := range libc {
		path := filepath.Join(h.scratch, "libc", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return nil, err
		}
	}
	return h, nil
}

var versionLine = regexp.MustCompile(`(?m)^#define LINUX_VERSION_(?:MAJOR|PATCHLEVEL|SUBLEVEL) (\d+)$`)

func headersVersion(text string) string {
	var parts []string
	for _, m := range versionLine.FindAllStringSubmatch(text, -1) {
		parts = append(parts, m[1])
	}
	return strings.Join(parts, ".")
}

// has is true when some ABI has the header.
func (h *headers) has(header string) bool {
	for _, t := range targets {
		for _, dir := range []string{h.dir, filepath.Join(h.dir, t.triplet)} {
			if _, err := os.Stat(filepath.Join(dir, header)); err == nil {
				return true
			}
		}
	}
	return false
}

// A program is C source with one constant a line.
type program struct {
	*group
	missing []bool
}

// text returns the source. Its first lines are the includes, three lines each.
func (p *program) text() string {
	var b strings.Builder
	for _, inc := range p.includes {
		fmt.Fprintf(&b, "#if __has_include(<%s>)\n#include <%[1]s>\n#endif\n", inc.header)
	}
	b.WriteString(`__attribute__((section(".trapline"))) const unsigned long long trapline[][2] = {` + "\n")
	for i, c := range p.consts {
		if p.missing[i] {
			b.WriteString("{0, 0},\n")
			continue
		}
		fmt.Fprintf(&b, "{(unsigned long long)(%s), sizeof(%[1]s)},\n", c.name)
	}
	b.WriteString("};\n")
	return b.String()
}

var diagnosticLine = regexp.MustCompile(`(?m)^constants\.c:(\d+):`)

// drop marks the constants the compiler complained about as missing; it is false
// when there is none, so that trying again is pointless.
func (p *program) drop(diagnostics string) bool {
	first := 3*len(p.includes) + 2
	dropped := false
	for _, m := range diagnosticLine.FindAllStringSubmatch(diagnostics, -1) {
		line, err := strconv.Atoi(m[1])
		i := line - first
		if err != nil || i < 0 || i >= len(p.consts) || p.missing[i] {
			continue
		}
		p.missing[i], dropped = true, true
	}
	return dropped
}

// evaluate returns the values of a group's constants under the ABI.
func (h *headers) evaluate(a *abi.ABI, g *group) ([]number, error) {
	p := &program{g, make([]bool, len(g.consts))}
	for {
		object, diagnostics, err := h.compile(a, p.text())
		if err == nil {
			return readNumbers(object, len(g.consts))
		}
		if !p.drop(diagnostics) {
			return nil, fmt.Errorf("%s: %w\n%s", a.Name, err, diagnostics)
		}
	}
}

func (h *headers) compile(a *abi.ABI, source string, flags ...string) (object, diagnostics string, err error) {
	t := targets[a.Name]
	file := filepath.Join(h.scratch, "constants.c")
	object = filepath.Join(h.scratch, "constants.o")
	if err := os.WriteFile(file, []byte(source), 0o644); err != nil {
		return "", "", err
	}
	args := []string{"-w", "-c", "-nostdinc", "-ffreestanding", "-include", "stddef.h", "-fno-diagnostics-show-caret", "-o", object}
	args = append(append(args, t.flags...), flags...)
	for _, dir := range []string{filepath.Join(h.dir, t.triplet), h.dir, filepath.Join(h.scratch, "libc"), h.own} {
		args = append(args, "-isystem", dir)
	}
	cmd := exec.Command("gcc", append(args, "constants.c")...)
	cmd.Dir = h.scratch
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	out, err := cmd.CombinedOutput()
	return object, string(out), err
}

// readNumbers reads the pairs of value and size from the object file. A value is
// cut to its size: the kernel's -1 of four bytes is 0xffffffff.
func readNumbers(object string, count int) ([]number, error) {
	f, err := elf.Open(object)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	section := f.Section(".trapline")
	if section == nil {
		return nil, errors.New("the object file has no constants")
	}
	data, err := section.Data()
	if err != nil {
		return nil, err
	}
	if len(data) != 16*count {
		return nil, fmt.Errorf("%d bytes of constants, want %d", len(data), 16*count)
	}
	numbers := make([]number, count)
	for i := range numbers {
		value := binary.LittleEndian.Uint64(data[16*i:])
		size := binary.LittleEndian.Uint64(data[16*i+8:])
		if size > 0 && size < 8 {
			value &= 1<<(8*size) - 1
		}
		numbers[i] = number{value, size > 0}
	}
	return numbers, nil
}
