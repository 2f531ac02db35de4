package json

import (
	"math"
	"net/netip"

	"github.com/trapline/trapline/value"
)

// readObject reads what a descriptor refers to.
func (p *parser) readObject() value.Object {
	var object value.Object
	var d value.Device
	var s value.Socket
	var e value.EventFD
	var process value.PIDFD
	p.object(func(key string) {
		switch key {
		case "device":
			d.Block, object = p.oneOf([]string{"char", "block"}) == 1, &d
		case "socket":
			s.Protocol, object = p.word(), &s
		case "pidfd":
			process.PID, object = int32(p.uint()), &process
		case "comm", "comm64":
			process.Comm = string(p.bytes(key))
		case "eventfd":
			e.Count, object = p.uint(), &e
		case "signalfd":
			object = p.signalFD()
		case "id":
			e.ID = p.uint()
		case "semaphore":
			e.Semaphore = p.bool()
		default:
			p.device(&d, &s, key)
		}
	})
	if object == nil && p.err == nil {
		p.fail("column %d: an object of no known kind", p.pos)
	}
	return object
}

func (p *parser) signalFD() value.Object {
	signals, ok := p.value().(*value.Array)
	if !ok {
		p.fail("column %d: a signalfd without signals", p.pos)
	}
	return &value.SignalFD{Signals: signals}
}

// device reads a member of a device or a socket.
func (p *parser) device(d *value.Device, s *value.Socket, key string) {
	switch key {
	case "major":
		d.Major = p.uint32()
	case "minor":
		d.Minor = p.uint32()
	case "terminal":
		d.Peer = p.word()
	case "inode":
		s.Inode = p.uint()
	case "local":
		s.Local = p.end()
	case "remote":
		s.Remote = p.end()
	case "peer":
		s.Peer = p.uint()
	case "bound", "bound64":
		s.Name = p.bytes(key)
	case "abstract":
		s.Abstract = p.bool()
	case "family":
		s.Family, s.Bound = p.uint32(), true
	case "port":
		s.Port = p.uint32()
	default:
		p.skip()
	}
}

func (p *parser) uint32() uint32 { return uint32(p.upTo(math.MaxUint32)) }

// end reads one end of a connection.
func (p *parser) end() netip.AddrPort {
	end, err := netip.ParseAddrPort(string(p.text()))
	if err != nil {
		p.fail("column %d: this is no address and port", p.pos)
	}
	return end
}
