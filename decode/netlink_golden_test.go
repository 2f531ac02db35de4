package decode_test

import (
	"encoding/hex"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/render/strace"
)

// A case of testdata/netlink.txt is the protocol of a socket, the bytes sent through it and
// the text.
func TestNetlinkGoldens(t *testing.T) {
	data, err := os.ReadFile("testdata/netlink.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range strings.Split(string(data), "\n\n")[1:] {
		lines := strings.Split(c, "\n")
		if len(lines) < 3 {
			t.Fatalf("no case: %q", c)
		}
		protocol, err := strconv.Atoi(lines[0])
		if err != nil {
			t.Fatal(err)
		}
		b, err := hex.DecodeString(lines[1])
		if err != nil {
			t.Fatal(err)
		}
		var s strace.Style
		if got := string(s.AppendValue(nil, decode.NetlinkMessages(protocol, b))); got != lines[2] {
			t.Errorf("protocol %d:\n got %s\nwant %s", protocol, got, lines[2])
		}
	}
}
