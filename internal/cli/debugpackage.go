package cli

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strings"
)

// debugPackage is the name of the Debian package with the debug information of a file; empty
// elsewhere, and for a file that no package has brought.
func debugPackage(path string) string {
	lists, _ := filepath.Glob("/var/lib/dpkg/info/*.list")
	for _, list := range lists {
		if files, err := os.ReadFile(list); err == nil && hasFile(files, path) {
			name, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(list), ".list"), ":")
			return debugName(name)
		}
	}
	return ""
}

// debugName is the package with what has been taken out of a package's files. That of libc is the
// one that is not made automatically.
func debugName(name string) string {
	if name == "libc6" {
		return "libc6-dbg"
	}
	return name + "-dbgsym"
}

// hasFile reports whether a package's list has a file, which it may call by the path it had before
// /lib and /bin were in /usr.
func hasFile(list []byte, path string) bool {
	lines := bufio.NewScanner(bytes.NewReader(list))
	for lines.Scan() {
		if line := lines.Text(); line == path || "/usr"+line == path {
			return true
		}
	}
	return false
}
