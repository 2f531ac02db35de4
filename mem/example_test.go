package mem_test

import (
	"fmt"

	"github.com/trapline/trapline/mem"
)

// A string may begin in one captured span and end in the next.
func ExampleReadString() {
	memory := mem.Snapshot{
		{Addr: 0x1000, Data: []byte("/etc/")},
		{Addr: 0x1005, Data: []byte("hosts\x00 and more")},
	}
	s, terminated, err := mem.ReadString(memory, nil, 0x1000, 4096)
	fmt.Printf("%s %v %v\n", s, terminated, err)
	// Output: /etc/hosts true <nil>
}
