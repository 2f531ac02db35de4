// Insn holds the room insn against objdump: it decodes every instruction that objdump finds in
// programs that people run, and in random bytes, and compares where each ends.
//
// Then it takes the instructions that breakpoints stand on, those at function entries and at the
// starts of lines, and counts how many can be emulated or moved. What is left is listed.
//
//	go run ./test/insn [-encodings FILE] [PROGRAM...]
//
// With -encodings it writes one instruction of each form to a file, for insn's own tests to run.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/trapline/trapline/abi"
)

var (
	encodings = flag.String("encodings", "", "write one instruction of each form to this `file`")
	random    = flag.Int("random", 400_000, "how `many` random instructions to compare in each mode")
	verbose   = flag.Bool("v", false, "show every difference")
)

// usual are the programs compared when none are named, as patterns.
var usual = []string{
	"/lib/x86_64-linux-gnu/libc.so.6",
	"/lib32/libc.so.6",
	"/lib64/ld-linux-x86-64.so.2",
	"/lib/x86_64-linux-gnu/libstdc++.so.6",
	"/lib/x86_64-linux-gnu/libcrypto.so.3",
	"/lib/x86_64-linux-gnu/libm.so.6",
	"/lib32/libm.so.6",
	"/usr/bin/python3.*[0-9]",
	"/usr/bin/redis-server",
	"/usr/bin/sqlite3",
	"/usr/bin/node",
}

func main() {
	flag.Parse()
	if err := compare(); err != nil {
		fmt.Fprintln(os.Stderr, "insn:", err)
		os.Exit(1)
	}
}

func compare() error {
	files, err := chosen(flag.Args())
	if err != nil {
		return err
	}
	forms := forms{}
	different := 0
	fmt.Printf("%-40s %12s %10s %s\n", "boundaries", "instructions", "different", "explained")
	for _, f := range files {
		b, err := f.boundaries(forms)
		if err != nil {
			return err
		}
		b.print(f.path)
		different += b.different
	}
	for machine, a := range map[string]*abi.ABI{"i386:x86-64": abi.AMD64, "i386": abi.I386} {
		t, err := noise(a, machine)
		if err != nil {
			return err
		}
		t.print("random bytes, " + a.Name)
		different += t.different
	}
	different += places(files)
	if err := breakpoints(files); err != nil {
		return err
	}
	if err := forms.write(*encodings); err != nil {
		return err
	}
	if different > 0 {
		return fmt.Errorf("%d differences", different)
	}
	return nil
}

// chosen opens the programs that were named, or else the usual ones, a Go program and the vDSO.
func chosen(names []string) ([]*file, error) {
	if len(names) == 0 {
		for _, pattern := range usual {
			found, err := filepath.Glob(pattern)
			if err != nil {
				return nil, err
			}
			names = append(names, found...)
		}
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		vdso, err := writeVDSO()
		if err != nil {
			return nil, err
		}
		names = append(names, self, vdso)
	}
	var files []*file
	for _, name := range names {
		f, err := open(name)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}
