package tracetest_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/trapline/trapline/sweep"
	"github.com/trapline/trapline/tracetest"
)

// The helpers that the tests and examples run.
func TestMain(m *testing.M) {
	tracetest.Main(m, tracetest.Helpers{
		"journal": journal, "say": say, "dial": dial, "copy": careless, "spin": spin, "sleep": sleep, "exit": exit, "traces": traces,
	})
}

// In a test it is the *testing.T. Examples have none: this one prints what a test would say.
var t tracetest.T = console{}

type console struct{}

func (console) Helper()                         {}
func (console) Logf(form string, args ...any)   { fmt.Printf(form+"\n", args...) }
func (console) Errorf(form string, args ...any) { fmt.Printf("FAIL: "+form+"\n", args...) }
func (console) Fatalf(form string, args ...any) { panic(fmt.Sprintf(form, args...)) }

// journal writes five records to a file, each of which has to be safe before the next.
func journal() {
	f, err := os.Create(os.Args[1])
	for i := 1; i <= 5 && err == nil; i++ {
		if _, err = fmt.Fprintf(f, "record %d\n", i); err == nil {
			err = f.Sync()
		}
		if err == nil {
			fmt.Println("record", i, "is safe")
		}
	}
	if err != nil {
		fmt.Println("stopped:", errors.Unwrap(err))
		os.Exit(1)
	}
}

// Fail the third fsync. The program has to stop there.
func ExampleRun() {
	dir, _ := os.MkdirTemp("", "journal") // t.TempDir() in a test
	defer os.RemoveAll(dir)

	const rule = "fsync fail EIO when 3"
	r := tracetest.Run(t, tracetest.Command{Helper: "journal", Args: []string{filepath.Join(dir, "log")}}, rule)
	r.AssertExit(1)
	r.AssertFired(rule, 1)
	r.AssertCount("fsync", 3)
	fmt.Print(r.Stdout)
	// Output:
	// record 1 is safe
	// record 2 is safe
	// stopped: input/output error
}

// say writes its argument and does not mind how much of it was taken.
func say() { syscall.Write(1, []byte(os.Args[1])) }

// Have a write take three bytes only. This program loses the rest.
func ExampleRun_shortWrite() {
	r := tracetest.Run(t, tracetest.Command{Helper: "say", Args: []string{"hello"}}, "write where fd == 1 set count = 3")
	fmt.Printf("wrote %q\n", r.Stdout)
	for _, w := range r.Calls("write") {
		fmt.Println(w.Int("fd"), w.Int("count"), w.Ret)
	}
	// Output:
	// wrote "hel"
	// 1 3 3
}

// dial connects to an address and does not wait long.
func dial() {
	_, err := net.DialTimeout("tcp", os.Args[1], time.Second)
	if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
		fmt.Println("gave up")
	}
}

// Make a connection slow.
func ExampleRun_delay() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer l.Close()

	port := l.Addr().(*net.TCPAddr).Port
	rule := fmt.Sprintf("connect where addr.port == %d delay 2s", port)
	r := tracetest.Run(t, tracetest.Command{Helper: "dial", Args: []string{l.Addr().String()}}, rule)
	fmt.Print(r.Stdout)
	fmt.Println(r.Calls("connect")[0].Int("addr.port") == int64(port))
	// Output:
	// gave up
	// true
}

// Refuse a file to a program that is not written in Go, and see which files it asked for.
func ExampleRun_refuse() {
	const below = `openat where pathname ~ "/etc/host*"`
	r := tracetest.Run(t, tracetest.Command{
		Path: "cat", Args: []string{"/etc/hosts"}, Env: []string{"LC_ALL=C"}, Watch: []string{below},
	}, below+" fail EACCES")
	r.AssertExit(1)
	fmt.Print(r.Stderr)
	for _, open := range r.Calls(below) {
		fmt.Println(open.Text("pathname"), open.Errno)
	}
	// Output:
	// cat: /etc/hosts: Permission denied
	// /etc/hosts permission denied
}

// careless copies a text into a file and does not look whether that went well.
func careless() {
	fd, err := syscall.Open(os.Args[1], syscall.O_WRONLY|syscall.O_CREAT, 0o644)
	if err != nil {
		fmt.Println("cannot open:", err)
		os.Exit(1)
	}
	syscall.Write(fd, []byte("precious"))
	syscall.Fsync(fd)
}

// Fail each call of a program once, each in a run of its own.
func ExampleSweep() {
	report := tracetest.Sweep(quiet{}, tracetest.Command{Helper: "copy", Args: []string{"file"}}, sweep.Options{
		Calls:   "openat,write,fsync",
		Prepare: func(dir string) error { return nil }, // an empty directory for each run
	})
	for _, run := range report.Runs {
		fmt.Printf("%s: %s\n", run.Rule(), run.Outcome)
	}
	// Output:
	// openat fail EACCES when 1: reported
	// write fail ENOSPC when 1: swallowed
	// fsync fail EIO when 1: swallowed
}

// quiet is a T for an example that tells of the faults itself.
type quiet struct{ console }

func (quiet) Errorf(string, ...any) {}
