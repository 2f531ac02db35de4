package strace

import (
	"encoding/binary"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/trace"
)

// shape is how a call passes data.
type shape uint8

const (
	oneBuffer  shape = iota // address and length
	vector                  // iovecs and their number
	message                 // a msghdr
	messageVec              // mmsghdrs
)

// A transfer is a call that moves data through the descriptor that is its first
// argument; its second says where the data is.
type transfer struct {
	shape shape
	write bool
}

var transfers = map[string]transfer{
	"read":            {oneBuffer, false},
	"pread64":         {oneBuffer, false},
	"recv":            {oneBuffer, false},
	"recvfrom":        {oneBuffer, false},
	"readv":           {vector, false},
	"preadv":          {vector, false},
	"preadv2":         {vector, false},
	"recvmsg":         {message, false},
	"recvmmsg":        {messageVec, false},
	"recvmmsg_time64": {messageVec, false},
	"write":           {oneBuffer, true},
	"pwrite64":        {oneBuffer, true},
	"send":            {oneBuffer, true},
	"sendto":          {oneBuffer, true},
	"writev":          {vector, true},
	"pwritev":         {vector, true},
	"pwritev2":        {vector, true},
	"vmsplice":        {vector, true},
	"sendmsg":         {message, true},
	"sendmmsg":        {messageVec, true},
}

const (
	dumpChunk  = 64 << 10
	dumpMost   = 0x7ffff000 // MAX_RW_COUNT of the kernel: no call moves more
	dumpVector = 1024       // UIO_MAXIOV of the kernel
)

// dump shows the data that the call l has moved, if its descriptor is among those
// asked for.
func (o *Observer) dump(s *trace.Stop, l *line) {
	if o.o.ReadFD == nil && o.o.WriteFD == nil || l.call.Row == nil {
		return
	}
	t, ok := transfers[l.call.Row.Name]
	wanted := o.o.ReadFD
	if t.write {
		wanted = o.o.WriteFD
	}
	r := l.call.Result
	if !ok || wanted == nil || !wanted(int32(l.call.Call.Args[0])) || r.Failed && !t.write {
		return
	}
	d := dumper{m: s.Task, abi: l.call.ABI, left: dumpMost, text: l.text}
	if !t.write {
		d.left = r.Value
	}
	d.transfer(t.shape, l)
	l.text = d.text
	o.printer.flush(l)
}

// A dumper writes the memory of a task in hexadecimal.
type dumper struct {
	m    mem.Reader
	abi  *abi.ABI
	left uint64 // bytes still to show
	text []byte
	buf  []byte
}

func (d *dumper) transfer(s shape, l *line) {
	addr, n := l.call.Call.Args[1], l.call.Call.Args[2]
	switch s {
	case oneBuffer:
		d.bytes(addr, min(n, d.left))
	case vector:
		d.vector(addr, n)
	case message:
		d.message(addr)
	case messageVec:
		if !l.call.Result.Failed {
			d.messages(addr, l.call.Result.Value)
		}
	}
}

// word reads one word of the ABI.
func (d *dumper) word(addr uint64) (uint64, bool) {
	var b [8]byte
	_, err := d.m.ReadMem(b[:d.abi.Word], abi.Addr(d.abi.TruncateWord(addr)))
	return binary.LittleEndian.Uint64(b[:]), err == nil
}

// vector shows the buffers of n iovecs.
func (d *dumper) vector(addr, n uint64) {
	size := uint64(d.abi.Word)
	for i := range min(n, dumpVector) {
		base, ok1 := d.word(addr + 2*size*i)
		length, ok2 := d.word(addr + 2*size*i + size)
		if !ok1 || !ok2 || d.left == 0 {
			return
		}
		length = min(length, d.left)
		d.left -= length
		d.text = append(d.text, " * "...)
		d.text = appendDecimal(d.text, length)
		d.text = append(d.text, " bytes in buffer "...)
		d.text = append(appendDecimal(d.text, i), '\n')
		d.bytes(base, length)
	}
}

// message shows the buffers of a msghdr.
func (d *dumper) message(addr uint64) {
	size := uint64(d.abi.Word)
	iov, ok1 := d.word(addr + 2*size)
	n, ok2 := d.word(addr + 3*size)
	if ok1 && ok2 {
		d.vector(iov, n)
	}
}

// messages shows the buffers of n mmsghdrs. Each of them is a msghdr of seven words
// and a length.
func (d *dumper) messages(addr, n uint64) {
	size, budget := uint64(d.abi.Word), uint64(dumpMost)
	for i := range min(n, dumpVector) {
		at := addr + 8*size*i
		buffers, ok1 := d.word(at + 3*size)
		length, ok2 := d.word(at + 7*size)
		if !ok1 || !ok2 {
			return
		}
		d.text = append(d.text, " = "...)
		d.text = appendDecimal(d.text, buffers)
		d.text = append(d.text, " buffers in vector "...)
		d.text = append(appendDecimal(d.text, i), '\n')
		d.left = min(uint64(uint32(length)), budget)
		budget -= d.left
		d.message(at)
	}
}

// bytes shows n bytes in lines of sixteen, unless they cannot be read.
func (d *dumper) bytes(addr, n uint64) {
	if d.buf == nil {
		d.buf = make([]byte, min(n, dumpChunk))
	}
	for at := uint64(0); at < n; {
		if uint64(len(d.buf)) < min(n-at, dumpChunk) {
			d.buf = make([]byte, dumpChunk)
		}
		chunk := d.buf[:min(n-at, dumpChunk)]
		got, err := d.m.ReadMem(chunk, abi.Addr(d.abi.TruncateWord(addr+at)))
		if err != nil && at == 0 || got == 0 {
			return
		}
		d.lines(chunk[:got], at)
		at += uint64(got)
	}
}

func (d *dumper) lines(b []byte, at uint64) {
	for len(b) > 0 {
		n := min(len(b), 16)
		d.line(b[:n], at)
		b, at = b[n:], at+uint64(n)
	}
}

func (d *dumper) line(b []byte, at uint64) {
	const digits = "0123456789abcdef"
	d.text = append(appendPadded(append(d.text, " | "...), at, 16, 5), ' ')
	for i := range 16 {
		if i%8 == 0 {
			d.text = append(d.text, ' ')
		}
		if i < len(b) {
			d.text = append(d.text, digits[b[i]>>4], digits[b[i]&15], ' ')
		} else {
			d.text = append(d.text, "   "...)
		}
	}
	d.text = append(d.text, ' ')
	for i := range 16 {
		switch {
		case i >= len(b):
			d.text = append(d.text, ' ')
		case b[i] >= ' ' && b[i] < 0x7f:
			d.text = append(d.text, b[i])
		default:
			d.text = append(d.text, '.')
		}
	}
	d.text = append(d.text, " |\n"...)
}
