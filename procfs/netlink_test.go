package procfs

import (
	"os"
	"syscall"
	"testing"
)

func TestParseNetlink(t *testing.T) {
	const table = `sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
00000000d41c5e6a 0   0          00000000 0        0        0     2        0        4       
00000000af79e5f8 15  811        00000000 0        0        0     2        0        1591    
`
	if p, ok := parseNetlink([]byte(table), "1591"); p != 15 || !ok {
		t.Errorf("protocol %d, %t of inode 1591, want 15, true", p, ok)
	}
	if p, ok := parseNetlink([]byte(table), "159"); ok {
		t.Errorf("protocol %d of an inode that is not there", p)
	}
}

func TestNetlinkProtocol(t *testing.T) {
	const uevent = 15
	fd, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, uevent)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	if p, ok := NetlinkProtocol(os.Getpid(), fd); p != Unbound || !ok {
		t.Errorf("before bind: %d, %t, want %d, true", p, ok, Unbound)
	}
	if err := syscall.Bind(fd, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK}); err != nil {
		t.Fatal(err)
	}
	if p, ok := NetlinkProtocol(os.Getpid(), fd); p != uevent || !ok {
		t.Errorf("bound: %d, %t, want %d, true", p, ok, uevent)
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if p, ok := NetlinkProtocol(os.Getpid(), int(null.Fd())); ok {
		t.Errorf("%s is a netlink socket of protocol %d", os.DevNull, p)
	}
}
