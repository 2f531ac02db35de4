package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// errHelp and errVersion say that an option asked for these instead of a run.
var (
	errHelp    = errors.New("help")
	errVersion = errors.New("version")
)

// A usageError is a command line that makes no sense; the help is pointed to.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usage(form string, args ...any) error {
	return &usageError{fmt.Sprintf(form, args...)}
}

// complaint makes an error of strace's words, which may begin with a capital.
func complaint(form string, args ...any) error { return message(fmt.Sprintf(form, args...)) }

type message string

func (m message) Error() string { return string(m) }

// notYet says that an option of strace's is not there.
func notYet(what string) error { return fmt.Errorf("%s is not supported yet", what) }

// invalid says that an option's argument makes no sense.
func invalid(g given) error { return usage("invalid %s argument: '%s'", g.name, g.value) }

// reason is the text of the system's error in err, as C's strerror has it.
func reason(err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return capital(errno.Error())
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return capital(syscall.ENOENT.Error())
	case errors.Is(err, os.ErrPermission):
		return capital(syscall.EACCES.Error())
	}
	return err.Error()
}

func capital(s string) string {
	if s != "" && 'a' <= s[0] && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}
