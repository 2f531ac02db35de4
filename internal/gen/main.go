// Command gen writes the generated tables of Trapline: the named constants of
// package uapi and the system call numbers of package syscalls.
//
//	go run ./internal/gen [NAME.set ...]
//
// writes uapi/zNAME.go and syscalls/znumbers.go from what is committed: the set
// descriptions uapi/NAME.set, their evaluated constants uapi/NAME.values and the
// numbers syscalls/numbers.txt. It needs nothing but Go. With names it writes
// only the tables of those sets.
//
//	go run ./internal/gen -headers DIR [NAME.set ...]
//
// first evaluates the constants and numbers anew from the kernel headers that
// scripts/peers put into DIR, with gcc. That is needed when a set names a new
// constant, and for a newer kernel. The layout of structures, testdata/layout.txt of
// syscalls, is evaluated then too, by the debugging information that gcc writes: of all
// that syscalls/layout.set names, or with that as the NAME.
//
// # Set descriptions
//
// A description is read line by line; # begins a comment.
//
//	include linux/fcntl.h
//	set OpenFlags "open flags" flags O_???
//		O_WRONLY
//		O_RDWR
//		O_HIDDEN = 0x20, arm64:0x40
//	set Whence "whence" enum SEEK_???
//		SEEK_SET
//
// An include names a kernel header, relative to the UAPI directory; a header
// that some ABI lacks is left out there. Includes count for the constants below
// them, up to the next run of includes, which replaces them.
//
// A set gives the Go name, the words it is called by, whether its constants
// combine (flags) or exclude each other (enum), and what strace writes behind a
// value that it does not know, if anything.
//
// The constants follow, one a line: flags in print order; of several names of one
// value the first is printed. What no UAPI header exports has
// its value behind it, in the notation of the values files: one value for every
// ABI, then the ABIs that differ; ??? means that an ABI has no such constant.
//
// # Layouts
//
// syscalls/layout.set has includes in the same way and, below them, the structures whose
// layout is compared with the records of the table:
//
//	struct winsize
//	struct v4l2_buffer_time32 = v4l2_buffer
//
// The second names the C type that the record stands for, a tag or a typedef.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

//go:generate go run .

func main() {
	headers := flag.String("headers", "", "evaluate anew from the kernel headers in `DIR`")
	flag.Parse()
	if err := run(*headers, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", strings.ReplaceAll(err.Error(), "\n", "\ngen: "))
		os.Exit(1)
	}
}

func run(headers string, names []string) error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	if headers != "" {
		if err := refresh(root, headers, names); err != nil {
			return err
		}
	}
	out, err := generate(root, names)
	if err != nil {
		return err
	}
	return write(root, out)
}

// moduleRoot is the nearest directory, from the working directory up, with a go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("no go.mod above the working directory")
		}
		dir = up
	}
}

// write puts each file, named relative to root, where it belongs; files that
// would not change keep their time.
func write(root string, files map[string][]byte) error {
	for name, data := range files {
		path := filepath.Join(root, name)
		if old, err := os.ReadFile(path); err == nil && string(old) == string(data) {
			continue
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// descriptions reads the named set descriptions, or all when there are no names.
func descriptions(root string, names []string) ([]*description, error) {
	paths, err := filepath.Glob(filepath.Join(root, "uapi", "*.set"))
	if err != nil {
		return nil, err
	}
	if len(names) > 0 {
		paths = nil
		for _, name := range names {
			if name != layoutFile {
				paths = append(paths, filepath.Join(root, "uapi", filepath.Base(name)))
			}
		}
	}
	var all []*description
	for _, path := range paths {
		d, err := readDescription(path)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}
