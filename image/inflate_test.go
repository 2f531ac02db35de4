package image

import (
	"bytes"
	"compress/zlib"
	"io"
	"testing"
)

// A compressed section is decompressed only up to what is asked for.
func TestInflating(t *testing.T) {
	want := bytes.Repeat([]byte("0123456789abcdef"), 1<<14)
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	w.Write(want)
	w.Close()
	r, err := zlib.NewReader(&packed)
	if err != nil {
		t.Fatal(err)
	}
	z := &inflating{from: reading{r}, limit: uint64(len(want)) + 100}
	read := func(off, n int) (string, error) {
		p := make([]byte, n)
		got, err := z.ReadAt(p, int64(off))
		return string(p[:got]), err
	}
	for _, off := range []int{70000, 0, 5, 150000} {
		if got, err := read(off, 100); got != string(want[off:off+100]) || err != nil {
			t.Errorf("at %d: %q, %v", off, got, err)
		}
	}
	if len(z.data) == len(want) {
		t.Error("all of it is decompressed")
	}
	if got, err := read(len(want)-4, 8); got != "cdef" || err != io.ErrUnexpectedEOF {
		t.Errorf("over the end: %q, %v", got, err)
	}
	if _, err := read(len(want)+96, 8); err != io.ErrUnexpectedEOF {
		t.Errorf("over the limit: %v", err)
	}
}

func TestInflatingDamaged(t *testing.T) {
	z := &inflating{from: reading{io.MultiReader(bytes.NewReader([]byte("abc")), failing{})}, limit: 1 << 20}
	p := make([]byte, 3)
	if n, err := z.ReadAt(p, 0); n != 3 || err != nil {
		t.Error(n, err)
	}
	if _, err := z.ReadAt(p, 3); err != io.ErrNoProgress {
		t.Error(err)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrNoProgress }

// All of a section is what it says it is, or there is an error.
func TestInflatingWhole(t *testing.T) {
	for _, c := range []struct {
		size, limit uint64
		want        string
	}{
		{3, 3, ""},
		{2, 2, ""},
		{4, 4, "unexpected EOF"},
		{4, 3, "too large when decompressed"},
	} {
		z := &inflating{from: reading{bytes.NewReader([]byte("abc"))}, size: c.size, limit: c.limit}
		data, err := z.whole()
		if c.want == "" && (string(data) != "abc"[:c.size] || err != nil) || c.want != "" && (err == nil || err.Error() != c.want) {
			t.Errorf("%d of %d: %q, %v", c.size, c.limit, data, err)
		}
	}
}
