package abi_test

import (
	"fmt"

	"github.com/trapline/trapline/abi"
)

// The kernel reports one architecture for amd64 and x32; the number tells them
// apart.
func ExampleOf() {
	fmt.Println(abi.Of(0xC000003E, 1), abi.Of(0xC000003E, 0x40000001), abi.Of(0x40000003, 4))
	// Output: amd64 x32 i386
}
