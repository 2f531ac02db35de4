package cli

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/filter"
)

// ask runs the syscalls command.
func ask(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out strings.Builder
	root := newRoot()
	root.SetOut(&out)
	root.SetArgs(append([]string{"syscalls"}, args...))
	err := root.Execute()
	return out.String(), err
}

func TestExplain(t *testing.T) {
	got, err := ask(t, "openat")
	if err != nil {
		t.Fatal(err)
	}
	want := `openat(dirfd, pathname, flags, mode)
  number  amd64 257 i386 295 x32 257 arm64 56
  groups  %desc %file
  dirfd: directory descriptor or AT_FDCWD
  pathname: in, path
  flags: open flags
      O_RDONLY O_WRONLY O_RDWR O_ACCMODE
      O_CREAT|O_EXCL|O_NOCTTY|O_TRUNC|O_APPEND|O_NONBLOCK|O_SYNC|__O_SYNC|O_DSYNC|O_DIRECT|
      O_LARGEFILE|O_NOFOLLOW|O_NOATIME|O_CLOEXEC|O_PATH|O_TMPFILE|__O_TMPFILE|O_DIRECTORY|
      O_EMPTYPATH|FASYNC
  mode: octal unsigned short (if flags has O_CREAT or __O_TMPFILE)
  returns descriptor
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A call whose parameters depend on others is shown with those it always has.
func TestSignature(t *testing.T) {
	for _, call := range []string{"prctl(op, ...)", "fcntl(fd, op, ...)", "close(fd)", "getpid()"} {
		name, _, _ := strings.Cut(call, "(")
		got, err := ask(t, name)
		if first, _, _ := strings.Cut(got, "\n"); err != nil || first != call {
			t.Errorf("%s, %v; want %s", first, err, call)
		}
	}
}

func TestList(t *testing.T) {
	got, err := ask(t, "--abi", "arm64", "%clock")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(got, "\n")
	if all, err := ask(t, "openat"); err != nil || strings.Count(all, "openat(") != 1 {
		t.Errorf("openat is not one call: %v\n%s", err, all)
	}
	if want := "NAME           ARM64  GROUPS"; lines[0] != want {
		t.Errorf("head %q, want %q", lines[0], want)
	}
	if want := "clock_gettime  113    %clock"; !slices.Contains(lines, want) {
		t.Errorf("%q is not in\n%s", want, got)
	}
}

// A value is found in parameters, in fields of structures and where only a decoder
// knows of it.
func TestFlag(t *testing.T) {
	for _, test := range []struct{ flag, call string }{
		{"O_CLOEXEC", "openat"}, {"O_CLOEXEC", "openat2"}, {"SOCK_CLOEXEC", "socket"}, {"SEEK_HOLE", "lseek"},
		{"SEEK_HOLE", "fcntl"}, {"CLONE_VM", "clone"}, {"CLONE_VM", "clone3"}, {"FUTEX_WAIT_PRIVATE", "futex"}, {"MAP_SHARED", "mmap"},
	} {
		got, err := ask(t, "--flag", test.flag, "--json")
		var uses []use
		if err == nil {
			err = json.Unmarshal([]byte(got), &uses)
		}
		if err != nil || !slices.ContainsFunc(uses, func(u use) bool { return u.Call == test.call }) {
			t.Errorf("%s in %s: %v, %v", test.flag, test.call, uses, err)
		}
	}
}

// The command of an ioctl is found by its name, with what goes with it.
func TestFlagOfIoctl(t *testing.T) {
	for command, want := range map[string]string{
		"TCGETS":          "argp: out, termios (if op is TCGETS)",
		"UBI_IOCATT":      "argp: in and out, struct ubi_attach_req, then int (if op is UBI_IOCATT)",
		"VIDIOC_S_TUNER":  "rangelow: unsigned int",
		"FITRIM":          "minlen: unsigned 64-bit integer",
		"NO_SUCH_COMMAND": "",
	} {
		got, err := ask(t, "--abi", "amd64", "--flag", command)
		if (err == nil) != (want != "") || !strings.Contains(got, want) {
			t.Errorf("%s: %v\n%s", command, err, got)
		}
	}
}

func TestSyscallsErrors(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"nothing", "invalid system call 'nothing'"},
		{"--abi vax", `there is no ABI "vax", but amd64, i386, x32, arm64`},
		{"--flag O_NOTHING", `no call takes "O_NOTHING"`},
	} {
		if _, err := ask(t, strings.Fields(test.args)...); err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s: %v, want %s", test.args, err, test.want)
		}
	}
}

// Every parameter of every call is told of in words.
func TestEveryTypeHasWords(t *testing.T) {
	numbers := map[string]int{}
	for _, c := range describeCalls(abi.All, filter.AllCalls()) {
		for a := range c.Numbers {
			numbers[a]++
		}
		c.each(func(place string, p *paramInfo) {
			if p.Name == "" || p.Type == "" {
				t.Errorf("%s: %s is %q", c.Name, place, p.Type)
			}
		})
	}
	for _, a := range abi.All {
		if numbers[a.Name] < 300 {
			t.Errorf("%s has %d calls", a, numbers[a.Name])
		}
	}
}

func TestCompleteValues(t *testing.T) {
	names, _ := completeValues(nil, nil, "O_CLO")
	if diff := cmp.Diff([]string{"O_CLOEXEC"}, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
