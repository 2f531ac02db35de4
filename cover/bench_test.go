package cover

import (
	"fmt"
	"io"
	"testing"
)

// large is a profile of so many lines, in files of a thousand.
func large(lines int) *Profile {
	p := &Profile{Counted: true}
	for n := range lines {
		f := p.File(fmt.Sprintf("/src/dir%d/file%d.c", n/20_000, n/1000))
		f.Block(n%1000+1, At{}).Hits = uint64(n % 7)
		if n%25 == 0 {
			f.Function(fmt.Sprintf("function%d", n), n%1000+1, n%1000+25).Hits = uint64(n % 2)
		}
	}
	return p
}

// What --flush-every costs, but for the writing.
func BenchmarkAppendBinary(b *testing.B) {
	p := large(50_000)
	var data []byte
	b.ReportAllocs()
	for b.Loop() {
		data, _ = p.AppendBinary(data[:0])
	}
	b.ReportMetric(float64(len(data)), "bytes")
}

func BenchmarkParseProfile(b *testing.B) {
	data, _ := large(50_000).AppendBinary(nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseProfile(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHit(b *testing.B) {
	block := large(1).Files()[0].Block(1, At{})
	for b.Loop() {
		block.Hit()
	}
}

func BenchmarkReport(b *testing.B) {
	p := large(50_000)
	b.ReportAllocs()
	for b.Loop() {
		r := NewReport(p, Options{})
		for _, f := range Formats {
			if err := f.Write(io.Discard, r); err != nil {
				b.Fatal(err)
			}
		}
	}
}
