package procfs

import (
	"encoding/binary"
	"sync"
	"syscall"
)

// genericFamilies are the families of generic netlink, which the kernel numbers as they
// come. They are asked for once: families are loaded before they are used.
var genericFamilies = sync.OnceValue(askGeneric)

// GenericFamily returns the name of the generic netlink family of that number; empty when there is
// none.
func GenericFamily(number uint16) string { return genericFamilies()[number] }

const (
	netlinkGeneric  = 16 // NETLINK_GENERIC
	genericControl  = 16 // GENL_ID_CTRL
	genericHeader   = 4  // the size of struct genlmsghdr
	ctrlGetFamily   = 3
	ctrlFamilyID    = 1
	ctrlFamilyName  = 2
	attributeHeader = 4
)

// askGeneric asks the controller for all families.
func askGeneric() map[uint16]string {
	fd, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, netlinkGeneric)
	if err != nil {
		return nil
	}
	defer syscall.Close(fd)
	e := binary.NativeEndian
	var m [nlHeader + genericHeader]byte
	e.PutUint32(m[:], uint32(len(m)))
	e.PutUint16(m[4:], genericControl)
	e.PutUint16(m[6:], syscall.NLM_F_REQUEST|syscall.NLM_F_DUMP)
	m[nlHeader], m[nlHeader+1] = ctrlGetFamily, 1
	if err := syscall.Sendto(fd, m[:], 0, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK}); err != nil {
		return nil
	}
	families := map[uint16]string{}
	buf := make([]byte, diagBuffer)
	for range diagRounds {
		n, _, err := syscall.Recvfrom(fd, buf, syscall.MSG_DONTWAIT)
		if err != nil || readFamilies(families, buf[:n]) {
			break
		}
	}
	return families
}

// readFamilies reads the messages of one datagram and reports whether they were the
// last.
func readFamilies(families map[uint16]string, b []byte) (last bool) {
	e := binary.NativeEndian
	for len(b) >= nlHeader {
		n := int(e.Uint32(b))
		if n < nlHeader || n > len(b) || e.Uint16(b[4:]) != genericControl {
			return true
		}
		if n >= nlHeader+genericHeader {
			readFamily(families, b[nlHeader+genericHeader:n])
		}
		b = b[min((n+3)&^3, len(b)):]
	}
	return false
}

// readFamily reads the attributes of one family.
func readFamily(families map[uint16]string, b []byte) {
	e := binary.NativeEndian
	var id uint16
	var name string
	for len(b) >= attributeHeader {
		n := int(e.Uint16(b))
		if n < attributeHeader || n > len(b) {
			break
		}
		switch held := b[attributeHeader:n]; e.Uint16(b[2:]) {
		case ctrlFamilyID:
			if len(held) >= 2 {
				id = e.Uint16(held)
			}
		case ctrlFamilyName:
			if len(held) > 0 {
				name = string(held[:len(held)-1])
			}
		}
		b = b[min((n+3)&^3, len(b)):]
	}
	if id != 0 {
		families[id] = name
	}
}
