package filter

import (
	"strings"

	"github.com/trapline/trapline/syscalls"
)

// A group is a name for the calls of any of some classes.
type group struct {
	name  string
	class syscalls.Class
	plain bool // the name works without its percent sign
}

var groups = []group{
	{"%clock", syscalls.Clock, false},
	{"%creds", syscalls.Creds, false},
	{"%desc", syscalls.Desc, true},
	{"%file", syscalls.File, true},
	{"%fstat", syscalls.FStat, false},
	{"%fstatfs", syscalls.FStatFS, false},
	{"%ipc", syscalls.IPC, true},
	{"%lstat", syscalls.LStat, false},
	{"%memory", syscalls.Memory, true},
	{"%net", syscalls.Net, false},
	{"%network", syscalls.Net, true},
	{"%process", syscalls.Process, true},
	{"%pure", syscalls.Pure, false},
	{"%signal", syscalls.Signal, true},
	{"%stat", syscalls.Stat, false},
	{"%%stat", syscalls.Stat | syscalls.LStat | syscalls.FStat | syscalls.StatLike, false},
	{"%statfs", syscalls.StatFS, false},
	{"%%statfs", syscalls.StatFS | syscalls.FStatFS | syscalls.StatFSLike, false},
}

// Groups are the names of groups of calls, percent sign included.
func Groups() []string {
	names := make([]string, len(groups))
	for i, g := range groups {
		names[i] = g.name
	}
	return names
}

// classOf returns the classes a group name stands for.
func classOf(name string) (syscalls.Class, bool) {
	for _, g := range groups {
		if g.name == name || g.plain && strings.TrimPrefix(g.name, "%") == name {
			return g.class, true
		}
	}
	return 0, false
}

// InGroup reports whether calls of a class are in the group, whose name has its
// percent sign.
func InGroup(name string, class syscalls.Class) bool {
	for i := range groups {
		if groups[i].name == name {
			return groups[i].class&class != 0
		}
	}
	return false
}
