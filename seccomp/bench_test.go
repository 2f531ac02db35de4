package seccomp

import (
	"testing"

	"github.com/trapline/trapline/abi"
)

// Rules are compiled while the program waits to start.
func BenchmarkCompile(b *testing.B) {
	rules := []Rule{
		{ABI: abi.AMD64, Calls: everyOther(abi.AMD64, 100)},
		{ABI: abi.X32, Calls: everyOther(abi.X32, 100)},
		{ABI: abi.I386, Calls: everyOther(abi.I386, 100)},
	}
	for b.Loop() {
		Compile(rules)
	}
}
