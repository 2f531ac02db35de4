package cover

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sample is a profile that has all there is.
func sample() *Profile {
	p := &Profile{Counted: true, Runs: []Run{{
		Command: []string{"./a", "x y"}, Dir: "/src", Began: time.UnixMicro(1e15).UTC(),
		Flushed: time.UnixMicro(1e15 + 5).UTC(), Ended: true, Status: "exited with 0",
	}, {}}}
	f := p.File("/src/a.c")
	f.Source = Source{Found: "/home/a.c", Digest: Digest{1, 2, 3}, Differs: true}
	hits(f, 7, 1, 0, 1<<63)
	hits(f, 1<<30, 0)
	f.Block(7, At{1, 9}).Hit()
	f.Function("f", 5, 9).Hits = 3
	p.File("b.c")
	return p
}

func TestBinary(t *testing.T) {
	want := sample()
	data, err := want.AppendBinary([]byte("before"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseProfile(data[len("before"):])
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(flat(want), flat(got)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(want.Runs, got.Runs); d != "" {
		t.Error(d)
	}
	if !got.Counted {
		t.Error("not counted")
	}
}

// Whatever is cut off or changed is noticed.
func TestBinaryDamaged(t *testing.T) {
	data, _ := sample().AppendBinary(nil)
	for i := range data {
		if _, err := ParseProfile(data[:i]); err == nil {
			t.Errorf("the first %d bytes are taken", i)
		}
		changed := bytes.Clone(data)
		changed[i] ^= 4
		if _, err := ParseProfile(changed); err == nil {
			t.Errorf("byte %d may be changed", i)
		}
	}
	if _, err := ParseProfile(seal(append(data[:len(data)-checksumSize:len(data)-checksumSize], 0))); err == nil {
		t.Error("something may follow")
	}
	late, _ := (&Profile{Runs: []Run{{Began: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}}}).AppendBinary(nil)
	if _, err := ParseProfile(late); err == nil {
		t.Error("there are times that JSON has not")
	}
	if _, err := ParseProfile(seal([]byte(magic + "\x02"))); err == nil || !strings.Contains(err.Error(), "version 2") {
		t.Errorf("another version: %v", err)
	}
}

// seal appends a checksum that is right.
func seal(data []byte) []byte {
	return binary.LittleEndian.AppendUint32(data, crc32.ChecksumIEEE(data))
}

func FuzzParseProfile(f *testing.F) {
	data, _ := sample().AppendBinary(nil)
	f.Add(data[:len(data)-checksumSize])
	f.Add([]byte(magic + "\x01\x00\x00\x00"))
	f.Add([]byte(magic + "\x01\x00\x00\x01\x01a\x00aaaaaaaaaaaaaaaa\x00\xff\xff\xff\xff\x0f"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParseProfile(seal(bytes.Clone(data)))
		if err != nil {
			return
		}
		r := NewReport(p, Options{Selection: Selection{System: true}})
		for _, format := range Formats {
			if err := format.Write(io.Discard, r); err != nil {
				t.Errorf("%s: %v", format.Name, err)
			}
		}
		again, err := p.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		q, err := ParseProfile(again)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if d := cmp.Diff(flat(p), flat(q)); d != "" {
			t.Error(d)
		}
	})
}

func TestStore(t *testing.T) {
	s := StoreIn(filepath.Join(t.TempDir(), "new", "dir"))
	if _, err := s.Load(); !os.IsNotExist(err) {
		t.Errorf("nothing there: %v", err)
	}
	if err := s.Clear(); err != nil {
		t.Error(err)
	}
	first, second := s.Record(Run{Dir: "1"}), s.Record(Run{Dir: "2", Began: time.Unix(1, 0)})
	for _, r := range []*Recording{first, second} {
		hits(r.File("a.c"), 1, 1)
		if err := r.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	hits(first.File("a.c"), 2, 1)
	if err := first.End("exited with 3"); err != nil {
		t.Fatal(err)
	}
	p, err := s.Load()
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[int][]uint64{1: {2}, 2: {1}}, flat(p)["a.c"].Lines); d != "" {
		t.Error(d)
	}
	if len(p.Runs) != 2 || p.Runs[0].Dir != "2" || p.Runs[0].Ended || !p.Runs[1].Ended || p.Runs[1].Status != "exited with 3" {
		t.Errorf("runs: %+v", p.Runs)
	}
	if err := s.Clear(); err != nil {
		t.Fatal(err)
	}
	if p, err := s.Load(); err != nil || len(p.Files()) > 0 {
		t.Errorf("cleared: %v, %v", p, err)
	}
}

// What cannot be read does not keep the others from being read.
func TestStoreDamaged(t *testing.T) {
	s := Store(t.TempDir())
	r := s.Record(Run{})
	hits(r.File("a.c"), 1, 1)
	if err := r.End(""); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"torn.trapcov": magic + "\x01", "note.txt": "x", ".torn.trapcov": "x"} {
		if err := os.WriteFile(filepath.Join(string(s), name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, err := s.Load()
	if err == nil || !strings.Contains(err.Error(), "/torn.trapcov: the profile is damaged") || strings.Count(err.Error(), "\n") > 0 {
		t.Errorf("error: %v", err)
	}
	if p == nil || len(p.Files()) != 1 {
		t.Errorf("the others: %v", p)
	}
}

// Many write and read at the same time; nobody sees half of a profile, and nothing is lost.
func TestStoreInParallel(t *testing.T) {
	const writers, flushes = 8, 20
	s := Store(t.TempDir())
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			r := s.Record(Run{})
			for range flushes {
				for line := range 100 {
					r.File("a.c").Block(line+1, At{}).Hit()
				}
				if err := r.Flush(); err != nil {
					t.Error(err)
				}
				if _, err := s.Load(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	p, err := s.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range p.File("a.c").Lines() {
		if l.Hits() != writers*flushes {
			t.Fatalf("line %d: %d hits", l.Number, l.Hits())
		}
	}
	entries, _ := os.ReadDir(string(s))
	if len(entries) != writers {
		t.Errorf("%d files for %d runs", len(entries), writers)
	}
}

// A writer that is killed at any moment leaves a profile that was whole, and nothing that is
// taken for one.
func TestStoreKilled(t *testing.T) {
	if dir := os.Getenv("COVER_STORE"); dir != "" {
		r := Store(dir).Record(Run{})
		for line := 1; ; line++ {
			r.File("a.c").Block(line, At{}).Hit()
			if err := r.Flush(); err != nil {
				panic(err)
			}
			if line == 1 {
				fmt.Println("flushed")
			}
		}
	}
	s := Store(t.TempDir())
	const times = 10
	for range times {
		cmd := exec.Command(os.Args[0], "-test.run=^TestStoreKilled$")
		cmd.Env = append(os.Environ(), "COVER_STORE="+string(s))
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		cmd.Process.Kill()
		cmd.Wait()
	}
	p, err := s.Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Runs) != times || p.File("a.c").Lines()[0].Hits() != times {
		t.Errorf("%d runs, %d hits", len(p.Runs), p.File("a.c").Lines()[0].Hits())
	}
}

func TestLock(t *testing.T) {
	s := Store(t.TempDir())
	try := func() error {
		f, err := os.Open(filepath.Join(string(s), "lock"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		return syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	}
	for range 2 {
		unlock, err := s.Lock()
		if err != nil {
			t.Fatal(err)
		}
		if err := try(); err != syscall.EWOULDBLOCK {
			t.Errorf("locked twice: %v", err)
		}
		unlock()
		if err := try(); err != nil {
			t.Errorf("locked for ever: %v", err)
		}
	}
}
