package unwind

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"
	"sort"
)

// An index finds the FDE whose function an address may be in.
type index interface {
	// find returns the FDE's address.
	find(addr uint64) (fde uint64, ok bool)
}

// A header is the table of .eh_frame_hdr as the linker sorted it: pairs of the start of a
// function and the address of its FDE, in 32 bits each, relative to the header.
type header struct {
	base  uint64
	pairs []byte
}

const pairSize = 8

func (h *header) find(addr uint64) (fde uint64, ok bool) {
	n := len(h.pairs) / pairSize
	rel := int64(addr - h.base)
	i := sort.Search(n, func(i int) bool { return h.start(i) > rel })
	if i == 0 {
		return 0, false
	}
	return h.base + uint64(int64(h.at(i-1, 4))), true
}

func (h *header) start(i int) int64 { return int64(h.at(i, 0)) }

func (h *header) at(i, field int) int32 {
	return int32(binary.LittleEndian.Uint32(h.pairs[i*pairSize+field:]))
}

// errHeader is the error for an .eh_frame_hdr without a table that can be searched.
var errHeader = errors.New(".eh_frame_hdr has no binary search table")

// parseHeader parses .eh_frame_hdr: a version, the encodings of what follows, the
// address of .eh_frame, and the number of pairs before them.
func parseHeader(data []byte, addr uint64, word int) (h *header, frames uint64, err error) {
	c := cursor{rest: data, addr: addr}
	version, pointer, count, table := c.byte(), encoding(c.byte()), encoding(c.byte()), encoding(c.byte())
	b := bases{data: addr}
	frames = c.pointer(pointer&^indirect, word, b)
	if version != 1 || c.bad {
		return nil, 0, errHeader
	}
	n := c.pointer(count, word, b)
	if table != datarel|sdata4 || count == omit || c.bad || n > uint64(len(c.rest))/pairSize {
		return nil, frames, errHeader
	}
	return &header{addr, c.rest[:n*pairSize]}, frames, nil
}

// A scan is the index of a section that has none: it was read from end to end.
type scan []span

// A span is the code of a function.
type span struct{ start, end, fde uint64 }

func (s scan) find(addr uint64) (fde uint64, ok bool) {
	i := sort.Search(len(s), func(i int) bool { return s[i].start > addr })
	if i == 0 || addr >= s[i-1].end {
		return 0, false
	}
	return s[i-1].fde, true
}

// newScan reads the section's entries. One that is damaged ends nothing: the others may
// be good.
func newScan(s *section) scan {
	var all scan
	for addr := s.addr; ; {
		e, err := s.entry(addr)
		if err != nil || e.next <= addr {
			break
		}
		if !e.isCIE {
			if f, err := s.parseFDE(e); err == nil && f.start != 0 && f.start < f.end {
				all = append(all, span{f.start, f.end, addr})
			}
		}
		addr = e.next
	}
	slices.SortStableFunc(all, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	return all
}
