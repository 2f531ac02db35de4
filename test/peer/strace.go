// Package peer knows the tools that Trapline is compared with.
package peer

import (
	"os"
	"path/filepath"
)

// Strace is the command line of the strace at a path. That of scripts/peers is a shell script around
// the dynamic linker; the shell would cost time and change the environment, so that it is left out.
func Strace(path string) []string {
	root := filepath.Join(filepath.Dir(filepath.Dir(path)), "root", "usr")
	loader := filepath.Join(root, "lib64", "ld-linux-x86-64.so.2")
	if _, err := os.Stat(loader); err != nil {
		return []string{path}
	}
	libraries := filepath.Join(root, "lib", "x86_64-linux-gnu")
	return []string{loader, "--argv0", "strace", "--library-path", libraries, filepath.Join(root, "bin", "strace")}
}
