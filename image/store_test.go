package image

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// packed builds a program with enough compressed DWARF to be kept, and returns its path and the
// address of a function.
func packed(t *testing.T) (path string, addr uint64) {
	t.Helper()
	var b strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&b, "int f%d(int n) { int a = n, b = %d; return a * b; }\n", i, i)
	}
	b.WriteString("int main(void) { return f2999(1); }\n")
	dir := t.TempDir()
	source, path := filepath.Join(dir, "packed.c"), filepath.Join(dir, "packed")
	if err := os.WriteFile(source, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, "gcc", "-g", "-gz", "-o", path, source)
	found, err := open(t, path).FindFunction("f2999")
	if err != nil || len(found) != 1 {
		t.Fatalf("%v, %v", found, err)
	}
	return path, found[0].Addr
}

// look looks an address up and keeps what was decompressed. It returns how many sections were.
func look(t *testing.T, store, path string, addr uint64) (places []Place, decompressed int) {
	t.Helper()
	s, err := OpenStore(store)
	if err != nil {
		t.Fatal(err)
	}
	c := Cache{Store: s}
	f, err := c.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	places = f.Places(nil, addr)
	for _, z := range s.missing {
		if len(z.data) > 0 {
			decompressed++
		}
	}
	s.Save()
	return places, decompressed
}

// contents are the files in a store.
func contents(t *testing.T, store string) []string {
	t.Helper()
	entries, err := os.ReadDir(store)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, e := range entries {
		paths = append(paths, filepath.Join(store, e.Name()))
	}
	return paths
}

// What was decompressed once is not the next time, unless the file has been changed.
func TestStore(t *testing.T) {
	path, addr := packed(t)
	store := filepath.Join(t.TempDir(), "above", "store")
	want, first := look(t, store, path, addr)
	if first == 0 || len(want) != 1 || want[0].Function != "f2999" || want[0].Line != 3000 {
		t.Fatalf("%d sections, %+v", first, want)
	}
	kept := contents(t, store)
	for _, path := range append(kept, store) {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", path, info, err)
		}
	}
	if got, again := look(t, store, path, addr); again > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("%d sections again, %+v", again, got)
	}
	if err := os.Chtimes(path, time.Time{}, time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	if got, changed := look(t, store, path, addr); changed != first || !reflect.DeepEqual(got, want) {
		t.Errorf("%d sections of a file that was changed, %+v", changed, got)
	}
	if now := contents(t, store); len(now) != 2*len(kept) {
		t.Errorf("%q", now)
	}
}

// A file of the store that is damaged is not believed.
func TestStoreDamaged(t *testing.T) {
	path, addr := packed(t)
	for name, damage := range map[string]func([]byte) []byte{
		"zeros": func(data []byte) []byte { return make([]byte, len(data)) },
		"a bit": func(data []byte) []byte {
			for i := blockSize / 2; i < len(data); i += blockSize {
				data[i] ^= 4
			}
			return data
		},
		"short":  func(data []byte) []byte { return data[:len(data)-1] },
		"longer": func(data []byte) []byte { return append(data, 0) },
		"empty":  func([]byte) []byte { return nil },
	} {
		store := filepath.Join(t.TempDir(), "store")
		want, _ := look(t, store, path, addr)
		for _, path := range contents(t, store) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, damage(data), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got, _ := look(t, store, path, addr); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v instead of %+v", name, got, want)
		}
	}
}

// What has not been used for the longest time makes room.
func TestStoreLimit(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	s, err := OpenStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	s.limit = 2500
	for i, name := range []string{"older", "oldest", "old", "new"} {
		s.write(name, make([]byte, 1000))
		age := []time.Duration{3, 4, 2, 1}[i]
		if err := s.dir.Chtimes(name, time.Time{}, time.Now().Add(-age*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	s.clean()
	if left := contents(t, dir); !slices.Equal(left, []string{filepath.Join(dir, "new"), filepath.Join(dir, "old")}) {
		t.Errorf("%q is left", left)
	}
}

// A directory that others may write to, or that would be made in another's, is not used.
func TestStoreRefused(t *testing.T) {
	dir := t.TempDir()
	shared, link := filepath.Join(dir, "shared"), filepath.Join(dir, "link")
	if err := os.Mkdir(shared, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(shared, 0o770); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(shared, link); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, fs.FileMode(0o600)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{shared, link, file, filepath.Join(foreign(t), "store"), filepath.Join(dir, "no", "such", "big", "store")} {
		if _, err := OpenStore(path); err == nil {
			t.Errorf("%s was opened", path)
		}
	}
}

// foreign is a directory of another user's.
func foreign(t *testing.T) string {
	if os.Geteuid() != 0 {
		return "/"
	}
	dir := t.TempDir()
	if err := os.Chown(dir, 1, 1); err != nil {
		t.Fatal(err)
	}
	return dir
}
