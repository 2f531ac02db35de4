// Package rlimit remembers the limit on open files that this process was started
// with. Package os raises it for Go programs; a program that we start must not
// inherit that.
//
// It imports nothing but syscall and so is initialised before os: packages that
// are ready are initialised in the order of their import paths (Go 1.21 release
// notes), and os has to wait for others.
package rlimit

import "syscall"

// NoFile is RLIMIT_NOFILE as it was at the start.
var NoFile = current()

func current() (r syscall.Rlimit) {
	syscall.Getrlimit(syscall.RLIMIT_NOFILE, &r)
	return r
}
