package trace

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// gateFD is the descriptor on which the launcher waits to be seized.
const gateFD = 3

// init turns a re-execution of the host program into the launcher. It runs on the
// process's main thread, whose id is the one the tracer has seized.
func init() {
	if len(os.Args) < 4 || os.Args[0] != launchName {
		return
	}
	syscall.CloseOnExec(gateFD)
	gate := os.NewFile(gateFD, "gate")
	err := becomeUser(os.Args[1])
	if err == nil {
		err = Launch(gate, os.Args[2], os.Args[3:], os.Environ())
	}
	fmt.Fprintln(os.Stderr, "trapline: launch:", err)
	os.Exit(1)
}

// Launch waits on gate until a Tracer has adopted this process, then executes a
// program in its place. It must run on the process's main thread. It returns only
// an error that the tracer cannot see; a refused execve ends the process with
// status 1, because the tracer has reported it.
func Launch(gate *os.File, path string, args, env []string) error {
	if _, err := gate.Read(make([]byte, 1)); err != nil {
		return fmt.Errorf("the tracer has gone: %w", err)
	}
	syscall.Exec(path, args, env)
	os.Exit(1)
	return nil
}

// becomeUser changes to the user that formatCredential wrote down.
func becomeUser(credential string) error {
	if credential == "-" {
		return nil
	}
	ids := strings.SplitN(credential, ":", 3)
	if len(ids) != 3 {
		return fmt.Errorf("credential %q", credential)
	}
	uid, _ := strconv.Atoi(ids[0])
	gid, _ := strconv.Atoi(ids[1])
	var groups []int
	for group := range strings.SplitSeq(ids[2], ",") {
		if g, err := strconv.Atoi(group); err == nil {
			groups = append(groups, g)
		}
	}
	if err := syscall.Setgroups(groups); err != nil {
		return fmt.Errorf("set groups: %w", err)
	}
	if err := syscall.Setgid(gid); err != nil {
		return fmt.Errorf("set group %d: %w", gid, err)
	}
	if err := syscall.Setuid(uid); err != nil {
		return fmt.Errorf("set user %d: %w", uid, err)
	}
	return nil
}
