package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// netCustom names the decoders of sockets.
func netCustom(name string) custom {
	switch name {
	case "socketType":
		return socketType
	case "socketProtocol":
		return socketProtocol
	case "sockaddr":
		return sockaddr
	case "peer":
		return peer
	case "peerLen":
		return peerLen
	case "message":
		return message
	case "received":
		return received
	case "msghdr":
		return msghdr
	case "receivedMsghdr":
		return receivedMsghdr
	case "mmsghdrs":
		return mmsghdrs
	case "receivedMmsghdrs":
		return receivedMmsghdrs
	case "timeout":
		return timeout
	case "timeout64":
		return timeout64
	case "timeLeft":
		return timeLeft
	case "timeLeft64":
		return timeLeft64
	case "interface":
		return netInterface
	case "setOption":
		return setOption
	case "getOption":
		return getOption
	case "setOptionValue":
		return setOptionValue
	case "getOptionValue":
		return getOptionValue
	}
	return nil
}

// Address families whose protocols or addresses have a form of their own.
const (
	afUnix       = 1
	afInet       = 2
	afInet6      = 10
	afBridge     = 7
	afNetlink    = 16
	afPacket     = 17
	afX25        = 9
	afCAN        = 29
	afTIPC       = 30
	afRXRPC      = 33
	afIEEE802154 = 36
	afMCTP       = 45
	afBluetooth  = 31
	afISDN       = 34
	afAX25       = 3
	afIRDA       = 23
	afPhonet     = 35
	afCAIF       = 37
	afALG        = 38
	afNFC        = 39
	afVsock      = 40
	afKCM        = 41
	afQIPCRTR    = 42
	afSMC        = 43
	afXDP        = 44
)

// socketType decodes a socket's type and the flags above it.
func socketType(x *context, w uint64) value.Value {
	const types = 0xf
	if _, ok := uapi.SocketTypes.Find(w & types); !ok {
		return x.a.Flags(w, 4, uapi.SocketFlags)
	}
	return x.a.Or(x.a.Flags(w&types, 4, uapi.SocketTypes), x.a.Flags(w&^types, 4, uapi.SocketFlags))
}

// socketProtocol decodes a protocol, whose names the family decides.
func socketProtocol(x *context, w uint64) value.Value {
	domain := x.arg(0)
	if domain == afPacket {
		return x.a.Macro("htons", x.a.Flags(swap16(w), 2, uapi.EtherTypes))
	}
	if domain == afAX25 {
		return x.remarked(w&0xffffffff, uapi.AX25Protocols)
	}
	if set := protocolsOf(domain); set != nil {
		return x.a.Flags(w, 4, set)
	}
	return x.a.Int(w, 4, value.Unsigned)
}

// remarked is a number with its name behind it, however constants are shown.
func (x *context) remarked(v uint64, set *uapi.Set) value.Value {
	name := set.Unknown
	if known, ok := set.Find(v); ok {
		name = known
	}
	return x.a.Note(x.a.Int(v, 4, value.Hex), name)
}

func protocolsOf(domain uint64) *uapi.Set {
	switch domain {
	case afInet, afInet6:
		return uapi.IPProtocols
	case afNetlink:
		return uapi.NetlinkProtocols
	case afBluetooth:
		return uapi.BluetoothProtocols
	case afCAN:
		return uapi.CANProtocols
	case afPhonet:
		return uapi.PhonetProtocols
	case afCAIF:
		return uapi.CAIFProtocols
	case afNFC:
		return uapi.NFCProtocols
	case afKCM:
		return uapi.KCMProtocols
	case afSMC:
		return uapi.SMCProtocols
	case afISDN:
		return uapi.ISDNProtocols
	case afIRDA:
		return uapi.IRDAProtocols
	case afRXRPC:
		return uapi.AddressFamilies
	}
	return nil
}

func swap16(v uint64) uint64 { return v>>8&0xff | v&0xff<<8 }

func swap32(v uint64) uint64 { return swap16(v)<<16 | swap16(v>>16) }

// peer decodes an address that the kernel wrote into as many bytes as the integer
// at the sibling's address said before.
func peer(x *context, w uint64) value.Value {
	lenAt := abi.Addr(x.arg(0))
	if !x.exit {
		x.keep(x.load(lenAt, 4))
		return nil
	}
	at := abi.Addr(x.abi.TruncateWord(w))
	before, ok := x.kept()
	after, ok2 := x.load(lenAt, 4)
	if x.c.Result.Failed || !ok || !ok2 || at == 0 {
		return x.a.Ptr(at, nil)
	}
	return x.a.Ptr(at, x.sockaddr(at, min(int32(before), int32(after))))
}

// peerLen decodes the length of such an address; without an address the kernel
// does not look at it.
func peerLen(x *context, w uint64) value.Value {
	at := abi.Addr(x.abi.TruncateWord(w))
	if !x.exit {
		x.keep(x.load(at, 4))
		return nil
	}
	if at == 0 || x.arg(0) == 0 {
		return x.a.Ptr(at, nil)
	}
	return x.changed(&s32, at)
}

// message decodes what is sent through a socket.
func message(x *context, w uint64) value.Value { return x.data(int32(x.arg(0)), abi.Addr(w), x.arg(1)) }

// received decodes what came in; the result may count bytes that did not fit.
func received(x *context, w uint64) value.Value {
	return x.data(int32(x.arg(0)), abi.Addr(w), min(x.arg(1), x.arg(2)))
}

func timeout(x *context, w uint64) value.Value   { return x.timeout(w, timespec) }
func timeout64(x *context, w uint64) value.Value { return x.timeout(w, timespec64) }

// timeout decodes a timeout as it was at entry, where the kernel overwrites it.
func (x *context) timeout(w uint64, r *syscalls.Record) value.Value {
	if x.exit {
		return x.keptValue()
	}
	x.keepValue(x.pointer(&syscalls.Pointer{Elem: r}, w))
	return nil
}

func timeLeft(x *context, _ uint64) value.Value   { return x.timeLeft(timespec) }
func timeLeft64(x *context, _ uint64) value.Value { return x.timeLeft(timespec64) }

// timeLeft shows what is left of a timeout behind the result; nothing came in time when that
// is zero.
func (x *context) timeLeft(r *syscalls.Record) value.Value {
	switch {
	case x.c.Result.Value == 0:
		return x.remark("Timeout")
	case x.arg(0) == 0:
		return nil
	}
	f := x.left(x.a.Fields(1), r, abi.Addr(x.arg(0)))
	if len(f) == 0 {
		return nil
	}
	return x.a.Struct(f, false)
}
