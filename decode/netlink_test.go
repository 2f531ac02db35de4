package decode

import (
	"math/rand/v2"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/value"
)

func newNetlinkContext(c *Call, m mem.Reader) *context {
	c.ABI, c.mode = abi.AMD64, Mode{Strings: 32}
	c.arena.Reset()
	c.x.begin(c, m, true)
	return &c.x
}

// A question for addresses as glibc asks it: its structure has the family only.
func TestNetlinkQuestion(t *testing.T) {
	var c Call
	x := newNetlinkContext(&c, nil)
	b := []byte{20, 0, 0, 0, 22, 0, 1, 3, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	message, ok := x.netlinkMessages(netlinkRoute, b).(*value.Array)
	if !ok || len(message.Elems) != 2 {
		t.Fatalf("a message of a header and a body is %#v", message)
	}
	head := message.Elems[0].(*value.Struct)
	if kind := head.Fields[1].Value.(*value.Flags); kind.Set == nil || kind.Bits != 22 {
		t.Errorf("nlmsg_type is %#v", kind)
	} else if name, _ := kind.Set.Find(kind.Bits); name != "RTM_GETADDR" {
		t.Errorf("nlmsg_type 22 is %q, want RTM_GETADDR", name)
	}
	flags := head.Fields[2].Value.(*value.Flags)
	if names, rest := flags.Set.AppendNames(nil, flags.Bits); string(names) != "NLM_F_REQUEST|NLM_F_DUMP" || rest != 0 {
		t.Errorf("nlmsg_flags is %s, rest %#x", names, rest)
	}
	body := message.Elems[1].(*value.Struct)
	if len(body.Fields) != 1 || body.Fields[0].Name != "ifa_family" || !body.More {
		t.Errorf("body is %#v, want the family and more", body)
	}
}

// Two messages are a list, the second of them cut off by the end of the data.
func TestNetlinkMessages(t *testing.T) {
	var c Call
	x := newNetlinkContext(&c, nil)
	b := make([]byte, 40)
	b[0], b[4], b[20], b[24] = 20, nlmsgDone, 200, nlmsgDone
	messages, ok := x.netlinkMessages(netlinkRoute, b).(*value.Array)
	if !ok || len(messages.Elems) != 2 || messages.More {
		t.Fatalf("two messages are %#v", messages)
	}
	b = append(b[:20], 1, 2, 3)
	messages = x.netlinkMessages(netlinkRoute, b).(*value.Array)
	if n := len(messages.Elems); n != 2 {
		t.Fatalf("a message and three bytes are %d elements", n)
	}
}

// Whatever a tracee sends, decoding ends and stays within the bytes there are.
func TestNetlinkOfNoise(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var c Call
	for range 20000 {
		x := newNetlinkContext(&c, nil)
		c.mode.Verbose = random.IntN(2) == 0
		b := make([]byte, netlinkHeader+random.IntN(400))
		for i := range b {
			b[i] = byte(random.IntN(256)) >> random.IntN(8)
		}
		b[1], b[2], b[3], b[5] = 0, 0, 0, 0
		x.netlinkMessages([]int{netlinkRoute, netlinkDiag, netlinkNetfilter, netlinkGeneric, netlinkCrypto, netlinkSELinux}[random.IntN(6)], b)
	}
}
