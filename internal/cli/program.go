package cli

import (
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/trapline/trapline/trace"
)

// command makes what the tracer is to start.
func (s *settings) command() (*trace.Command, error) {
	path, err := findProgram(s.program[0])
	if err != nil {
		return nil, err
	}
	c := &trace.Command{Path: path, Args: slices.Clone(s.program), Env: changeEnv(os.Environ(), s.env)}
	if s.argv0 != nil {
		c.Args[0] = *s.argv0
	}
	if s.hasUser {
		c.Credential, err = credential(s.user)
	}
	return c, err
}

// findProgram looks a program up in PATH as strace does; a name with a slash is a
// path itself.
func findProgram(name string) (string, error) {
	if strings.Contains(name, "/") {
		if _, err := os.Stat(name); err != nil {
			return "", complaint("Cannot stat '%s': %s", name, reason(err))
		}
		return name, nil
	}
	if name != "" {
		for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
			if path := inDir(dir, name); executable(path) {
				return path, nil
			}
		}
	}
	return "", complaint("Cannot find executable '%s'", name)
}

// inDir is the path of name in a directory of PATH; an empty one is the working
// directory.
func inDir(dir, name string) string {
	if dir == "" {
		wd, err := os.Getwd()
		if err != nil {
			return "./" + name
		}
		dir = wd
	}
	return dir + "/" + name
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// changeEnv applies -E: "VAR=VAL" sets, "VAR" takes out.
func changeEnv(env, changes []string) []string {
	for _, change := range changes {
		name, _, set := strings.Cut(change, "=")
		env = slices.DeleteFunc(env, func(v string) bool { return strings.HasPrefix(v, name+"=") })
		if set {
			env = append(env, change)
		}
	}
	return env
}

// credential is the user of -u: a name, or UID:GID in numbers.
func credential(name string) (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, complaint("You must be root to use the -u/--username option")
	}
	if uid, gid, ok := strings.Cut(name, ":"); ok {
		u, uidErr := strconv.ParseUint(uid, 10, 32)
		g, gidErr := strconv.ParseUint(gid, 10, 32)
		if uidErr != nil || gidErr != nil {
			return nil, complaint("Invalid UID:GID pair '%s'", name)
		}
		return &syscall.Credential{Uid: uint32(u), Gid: uint32(g)}, nil
	}
	u, err := user.Lookup(name)
	if err != nil {
		return nil, complaint("Cannot find user '%s'", name)
	}
	groups, err := u.GroupIds()
	if err != nil {
		return nil, complaint("Cannot find the groups of user '%s': %s", name, err)
	}
	return &syscall.Credential{Uid: id(u.Uid), Gid: id(u.Gid), Groups: ids(groups)}, nil
}

func ids(texts []string) []uint32 {
	numbers := make([]uint32, len(texts))
	for i, text := range texts {
		numbers[i] = id(text)
	}
	return numbers
}

func id(text string) uint32 {
	n, _ := strconv.ParseUint(text, 10, 32) // as the user database has it
	return uint32(n)
}
