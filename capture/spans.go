package capture

import (
	"slices"
	"sort"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/procfs"
)

// spans are pieces of memory in ascending order, none of which overlaps another.
type spans []mem.Span

func end(s mem.Span) abi.Addr { return s.Addr + abi.Addr(len(s.Data)) }

// after is the index of the first span that ends behind the address.
func (s spans) after(addr abi.Addr) int {
	return sort.Search(len(s), func(i int) bool { return end(s[i]) > addr })
}

// read copies what is there of p from the address on: all of it, or what one span has.
func (s spans) read(p []byte, addr abi.Addr) int {
	i := s.after(addr)
	if i == len(s) || s[i].Addr > addr {
		return 0
	}
	return copy(p, s[i].Data[addr-s[i].Addr:])
}

// gaps are the parts of a range that no span has.
func (s spans) gaps(r Range) []Range {
	var gaps []Range
	for _, span := range s[s.after(r.Start):] {
		if span.Addr >= r.End {
			break
		}
		if span.Addr > r.Start {
			gaps = append(gaps, Range{r.Start, span.Addr})
		}
		r.Start = end(span)
	}
	if r.Start < r.End {
		gaps = append(gaps, r)
	}
	return gaps
}

// insert adds a span that overlaps none.
func (s *spans) insert(span mem.Span) {
	if len(span.Data) > 0 {
		*s = slices.Insert(*s, s.after(span.Addr), span)
	}
}

// shorten replaces a span by what could be read of it.
func (s *spans) shorten(read mem.Span) {
	i := s.after(read.Addr)
	if i == len(*s) || (*s)[i].Addr != read.Addr {
		return
	}
	if (*s)[i].Data = read.Data; len(read.Data) == 0 {
		*s = slices.Delete(*s, i, i+1)
	}
}

// at is the index of the first mapping that ends behind the address.
func at(maps []procfs.Mapping, addr abi.Addr) int {
	return sort.Search(len(maps), func(i int) bool { return maps[i].End > addr })
}

// find returns the mapping that holds the address; nil if none does.
func find(maps []procfs.Mapping, addr abi.Addr) *procfs.Mapping {
	if i := at(maps, addr); i < len(maps) && maps[i].Contains(addr) {
		return &maps[i]
	}
	return nil
}
