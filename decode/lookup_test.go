package decode_test

import (
	"net/netip"
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// world is what the tasks of the goldens see. Its task is none that the kernel has.
type world struct{}

const worldTID = 1<<22 + 1

// descriptors are the world's by number.
var descriptors = map[int32]value.FD{
	3:  {Path: "/etc/passwd"},
	4:  {Path: "/dev/null", Object: &value.Device{Major: 1, Minor: 3}},
	5:  {Path: "/dev/ptmx", Object: &value.Device{Major: 5, Minor: 2, Peer: "/dev/pts/0"}},
	6:  {Path: "/dev/loop0", Object: &value.Device{Block: true, Major: 7}},
	7:  {Path: "/tmp/a<b>\n", Deleted: true},
	8:  {Path: "pipe:[123]"},
	9:  {Path: "anon_inode:[pidfd]", Object: &value.PIDFD{PID: 12}},
	10: {Path: "anon_inode:[eventfd]", Object: &value.EventFD{Count: 18, ID: 7, Semaphore: true}},
	11: {Path: "anon_inode:[signalfd]", Object: &value.SignalFD{Signals: &value.Array{Style: value.Members, Elems: []value.Value{
		&value.Flags{Bits: 2, Size: 4, Set: &uapi.Set{Consts: []uapi.Const{{Name: "INT", Value: 2}}}},
	}}}},
	20: socket(value.Socket{Protocol: "TCP"}),
	21: socket(value.Socket{Protocol: "TCP", Local: netip.MustParseAddrPort("127.0.0.1:80")}),
	22: socket(value.Socket{Protocol: "TCPv6", Local: netip.MustParseAddrPort("[::1]:80"), Remote: netip.MustParseAddrPort("[::1]:4444")}),
	23: socket(value.Socket{Protocol: "UNIX-STREAM", Peer: 124}),
	24: socket(value.Socket{Protocol: "UNIX", Name: []byte("na\"me"), Abstract: true}),
	25: socket(value.Socket{Protocol: "UNIX-STREAM", Peer: 124, Name: []byte("/run/x")}),
	26: socket(value.Socket{Protocol: "NETLINK", Bound: true, Family: 4, Port: 3309794322}),
	27: socket(value.Socket{Protocol: "NETLINK"}),
	28: socket(value.Socket{Protocol: "UDP-Lite"}),
	29: socket(value.Socket{Protocol: "UDP-Lite", Local: netip.MustParseAddrPort("127.0.0.1:9")}),
	30: socket(value.Socket{Protocol: "PACKET"}),
}

func socket(s value.Socket) value.FD {
	s.Inode = 123
	return value.FD{Path: "socket:[123]", Object: &s}
}

// otherDescriptor is that of any other task, whatever its number.
const otherDescriptor = "/other"

func (world) FD(fd *value.FD, _ *value.Arena, tid int, want decode.FDDetail) {
	switch {
	case fd.Set != nil:
		fd.Path = "/home"
		return
	case tid != worldTID:
		fd.Path = otherDescriptor
		return
	}
	known := descriptors[fd.Num]
	fd.Path, fd.Deleted = known.Path, known.Deleted
	if want != decode.FDPath {
		fd.Object = known.Object
	}
}

// PID knows a shell and, in another namespace, init.
func (world) PID(p *value.PID, _ *value.Arena, _ int, _ decode.PIDDetail) {
	switch {
	case p.Num == 1:
		p.Comm, p.Ours = "init", 4711
	case p.Num == 12 && !p.Group:
		p.Comm = "sh<>"
	}
}

func (world) Namespace(_ *value.Arena, _ int, name string) string {
	if strings.Contains("mnt net uts", name) {
		return name + ":[1]"
	}
	return ""
}

// Submissions knows two rings, the second of which has entries of twice the size. As many are
// waiting as anybody asks for.
func (world) Submissions(_, fd, n int) (at []abi.Addr, size int) {
	switch fd {
	case 40:
		size = 64
	case 41:
		size = 128
	default:
		return nil, 0
	}
	for i := range n {
		at = append(at, abi.Addr(0x10000+i*size))
	}
	return at, size
}

// VCPU knows one virtual processor.
func (world) VCPU(_, fd int) (num int, at abi.Addr) {
	if fd == 40 {
		return 3, 0x10000
	}
	return 0, 0
}
