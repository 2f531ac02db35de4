package cover

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"time"
)

var (
	errNoProfile = errors.New("it is not a profile of trapline cover")
	errDamaged   = errors.New("the profile is damaged")
)

// ParseProfile reads what AppendBinary has written. It takes anything: what is no profile
// is an error, and nothing is allocated that the data does not pay for.
func ParseProfile(data []byte) (*Profile, error) {
	body, ok := bytes.CutPrefix(data, []byte(magic))
	if !ok {
		return nil, errNoProfile
	}
	d := decoder{rest: body}
	if version := d.number(1 << 20); version != formatVersion && !d.bad {
		return nil, fmt.Errorf("the profile is of version %d; this trapline reads %d", version, formatVersion)
	}
	if !sound(data) {
		return nil, errDamaged
	}
	d.rest = d.rest[:max(len(d.rest)-checksumSize, 0)]
	p := &Profile{Counted: d.flag()}
	for range d.length() {
		p.Runs = append(p.Runs, d.run())
	}
	for range d.length() {
		d.file(p)
	}
	if d.bad || len(d.rest) > 0 {
		return nil, errDamaged
	}
	return p, nil
}

const checksumSize = 4

// sound reports whether the checksum that data ends in is right.
func sound(data []byte) bool {
	n := len(data) - checksumSize
	return n >= 0 && binary.LittleEndian.Uint32(data[n:]) == crc32.ChecksumIEEE(data[:n])
}

// A decoder is what has not been read. Once something was wrong it gives zeros.
type decoder struct {
	rest []byte
	bad  bool
}

func (d *decoder) fail() {
	d.bad, d.rest = true, nil
}

func (d *decoder) count() uint64 {
	n, size := binary.Uvarint(d.rest)
	if size <= 0 {
		d.fail()
		return 0
	}
	d.rest = d.rest[size:]
	return n
}

// number reads a number that is limit at most.
func (d *decoder) number(limit int) int {
	n := d.count()
	if n > uint64(limit) {
		d.fail()
		return 0
	}
	return int(n)
}

// length reads how many things follow, each of a byte at least.
func (d *decoder) length() int { return d.number(len(d.rest)) }

func (d *decoder) flag() bool { return d.number(1) == 1 }

func (d *decoder) bytes(n int) []byte {
	if n > len(d.rest) {
		d.fail()
		return nil
	}
	s := d.rest[:n]
	d.rest = d.rest[n:]
	return s
}

func (d *decoder) text() string { return string(d.bytes(d.length())) }

// maxTime is the end of the year 9999, beyond which JSON has no times.
const maxTime = 253402300799 * 1e6

func (d *decoder) time() time.Time {
	n := d.number(maxTime)
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(n)).UTC()
}

func (d *decoder) run() Run {
	var r Run
	for range d.length() {
		r.Command = append(r.Command, d.text())
	}
	r.Dir, r.Began, r.Flushed = d.text(), d.time(), d.time()
	r.Ended, r.Status = d.flag(), d.text()
	return r
}

func (d *decoder) file(p *Profile) {
	if d.bad {
		return
	}
	f := p.File(d.text())
	f.Source.Found = d.text()
	copy(f.Source.Digest[:], d.bytes(len(f.Source.Digest)))
	f.Source.Differs = d.flag()
	for range d.length() {
		d.function(f)
	}
	line := 0
	for range d.length() {
		line += d.number(maxLine - line)
		d.line(f, line)
	}
}

func (d *decoder) function(f *File) {
	name, first := d.text(), d.number(maxLine)
	last := first + d.number(maxLine-first)
	hits := d.count()
	if !d.bad {
		k := f.Function(name, first, last)
		k.Hits = addHits(k.Hits, hits)
	}
}

func (d *decoder) line(f *File, number int) {
	for range d.length() {
		at := At{uint32(d.number(maxColumn)), uint32(d.number(maxColumn))}
		hits := d.count()
		b := f.Block(number, at)
		if b == nil {
			d.fail()
			return
		}
		b.Hits = addHits(b.Hits, hits)
	}
}
