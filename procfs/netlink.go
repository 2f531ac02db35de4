package procfs

import (
	"bytes"
	"strconv"
	"strings"
	"syscall"
)

// Unbound is the protocol of a netlink socket that has no address yet, for which
// the kernel does not tell it.
const Unbound = -1

// NetlinkProtocol returns the protocol (NETLINK_ROUTE is 0) of the netlink socket that a
// descriptor refers to; ok is false when it is no such socket.
func NetlinkProtocol(pid, fd int) (protocol int, ok bool) {
	if socketFamily(pid, fd) != "NETLINK" {
		return 0, false
	}
	link, err := FD(pid, fd)
	if err != nil {
		return Unbound, true
	}
	raw, err := read(pid, "net/netlink")
	if err != nil {
		return Unbound, true
	}
	inode := strings.TrimSuffix(strings.TrimPrefix(link, "socket:["), "]")
	if protocol, ok = parseNetlink(raw, inode); ok {
		return protocol, true
	}
	return Unbound, true
}

// socketFamily returns what the kernel calls the protocol family of a socket.
func socketFamily(pid, fd int) string {
	var name [32]byte
	n, err := syscall.Getxattr(file(pid, "fd/"+strconv.Itoa(fd)), "system.sockprotoname", name[:])
	if err != nil {
		return ""
	}
	return strings.TrimRight(string(name[:n]), "\x00")
}

// parseNetlink finds the protocol of the socket with that inode: of the ten words
// of a line, the protocol is the second and the inode the last.
func parseNetlink(raw []byte, inode string) (protocol int, ok bool) {
	for line := range bytes.Lines(raw) {
		words := bytes.Fields(line)
		if len(words) != 10 || string(words[9]) != inode {
			continue
		}
		f := fields{rest: words[1]}
		protocol = f.integer()
		return protocol, f.err == nil
	}
	return 0, false
}
