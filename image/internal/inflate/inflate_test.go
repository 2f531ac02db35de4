package inflate

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/iotest"
)

// contents are what is compressed: nothing, little, what repeats, what does not, a program.
func contents(t testing.TB) map[string][]byte {
	random := make([]byte, 300<<10)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range random {
		random[i] = byte(r.IntN(256))
	}
	few := make([]byte, 200<<10)
	for i := range few {
		few[i] = byte(r.ExpFloat64() * 3)
	}
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"empty":   nil,
		"short":   []byte("a"),
		"run":     bytes.Repeat([]byte{7}, 100_000),
		"text":    []byte(strings.Repeat("It reads as gdb's bt does. ", 5000)),
		"random":  random,
		"few":     few,
		"program": program[:min(len(program), 512<<10)],
	}
}

func compress(t testing.TB, data []byte, level int) []byte {
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(data)
	w.Close()
	return b.Bytes()
}

// What was compressed in any way comes back, whether all at once or in pieces.
func TestAppend(t *testing.T) {
	for name, want := range contents(t) {
		for _, level := range []int{flate.NoCompression, flate.BestSpeed, flate.BestCompression, flate.HuffmanOnly} {
			packed := compress(t, want, level)
			for _, step := range []int{1000, 70_000, len(want) + 1} {
				t.Run(fmt.Sprintf("%s/%d/%d", name, level, step), func(t *testing.T) {
					got, err := all(bytes.NewReader(packed), step)
					if err != io.EOF || !bytes.Equal(got, want) {
						t.Errorf("%d bytes of %d: %v", len(got), len(want), err)
					}
				})
			}
		}
	}
}

// all decompresses so many bytes at a time.
func all(r io.Reader, step int) (data []byte, err error) {
	for d := NewDecoder(r); err == nil; {
		before := len(data)
		data, err = d.Append(data, step)
		if err == nil && (len(data) < before+step || len(data) > before+step+Spill) {
			return data, fmt.Errorf("%d bytes instead of %d", len(data)-before, step)
		}
	}
	return data, err
}

// No more is decompressed than asked for, but for the symbols that end it.
func TestLazy(t *testing.T) {
	packed := compress(t, make([]byte, 10<<20), flate.BestCompression)
	r := bytes.NewReader(append(packed, make([]byte, 1<<20)...))
	got, err := NewDecoder(r).Append(nil, 1000)
	if err != nil || len(got) < 1000 || len(got) > 1000+Spill {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if r.Len() < 1<<20-inputSize {
		t.Error("all input was read")
	}
}

func TestDamaged(t *testing.T) {
	packed := compress(t, contents(t)["few"], flate.DefaultCompression)
	for _, c := range []struct {
		name string
		data []byte
		want error
	}{
		{"nothing", nil, io.ErrUnexpectedEOF},
		{"method", []byte{0x79, 0x9c, 0, 0, 0}, ErrCorrupt},
		{"dictionary", []byte{0x78, 0xbb, 0, 0, 0, 0}, ErrCorrupt},
		{"kind of block", []byte{0x78, 0x9c, 0x07, 0, 0, 0}, ErrCorrupt},
		{"length of stored bytes", []byte{0x78, 0x9c, 0x01, 1, 0, 1, 0, 0}, ErrCorrupt},
		{"stored bytes", []byte{0x78, 0x9c, 0x01, 5, 0, 0xfa, 0xff, 'a'}, io.ErrUnexpectedEOF},
		{"distance", []byte{0x78, 0x9c, 0x03, 0x02, 0, 0}, ErrCorrupt},
		{"truncated", packed[:len(packed)/2], io.ErrUnexpectedEOF},
		{"header of a block", packed[:20], io.ErrUnexpectedEOF},
	} {
		if _, err := all(bytes.NewReader(c.data), 1<<20); err != c.want {
			t.Errorf("%s: %v instead of %v", c.name, err, c.want)
		}
	}
}

func TestReadError(t *testing.T) {
	failed := errors.New("failed")
	packed := compress(t, contents(t)["random"], flate.DefaultCompression)
	r := io.MultiReader(bytes.NewReader(packed[:100<<10]), iotest.ErrReader(failed))
	if _, err := all(r, 1<<20); err != failed {
		t.Error(err)
	}
}

// Whatever the data, what comes of it is what compress/flate makes of it.
func FuzzAppend(f *testing.F) {
	f.Add(compress(f, []byte("aaaaaaaaaabbbbbbbbb"), flate.BestSpeed), 3)
	f.Add(compress(f, contents(f)["few"][:2000], flate.BestCompression), 100)
	f.Add(compress(f, contents(f)["few"][:2000], flate.HuffmanOnly), 7)
	f.Add(compress(f, []byte("stored"), flate.NoCompression), 1)
	f.Fuzz(func(t *testing.T, data []byte, step int) {
		const most = 1 << 20
		step = max(1, min(step, most))
		var got []byte
		var err error
		for d := NewDecoder(bytes.NewReader(data)); err == nil && len(got) < most; {
			got, err = d.Append(got, step)
		}
		want, wantErr := reference(data, most+Spill)
		if n := min(len(got), len(want)); !bytes.Equal(got[:n], want[:n]) {
			t.Fatalf("other bytes than compress/flate's")
		}
		if good := wantErr == nil; err != nil && (err == io.EOF) != good || good && err == io.EOF && len(got) != len(want) {
			t.Errorf("%d bytes, %v; compress/flate has %d, %v", len(got), err, len(want), wantErr)
		}
	})
}

// reference is what the standard library decompresses, whatever the checksum.
func reference(data []byte, most int64) ([]byte, error) {
	if _, err := zlib.NewReader(bytes.NewReader(data)); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(data[2:])), most))
}

func BenchmarkAppend(b *testing.B) {
	want := contents(b)["program"]
	packed := compress(b, want, flate.DefaultCompression)
	out := make([]byte, 0, len(want)+Spill)
	b.SetBytes(int64(len(want)))
	for b.Loop() {
		NewDecoder(bytes.NewReader(packed)).Append(out, len(want))
	}
}
