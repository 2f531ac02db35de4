// Package store is a small key-value store, made to show what a sweep finds: a file of lines
// "key=value", which is written anew for each change and put in the place of the old one.
package store

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Store is a directory with the file in it.
type Store struct {
	dir  string
	save func(path, text string) error
}

// Open opens the store in a directory.
func Open(dir string) *Store { return &Store{dir, save} }

// OpenCareless opens it to be written by the first version, which loses errors.
func OpenCareless(dir string) *Store { return &Store{dir, saveCarelessly} }

func (s *Store) path() string { return filepath.Join(s.dir, "store") }

// Get returns the value of a key, empty when it has none.
func (s *Store) Get(key string) (string, error) {
	values, err := s.load()
	return values[key], err
}

// Put gives a key a value. When it returns no error the value is there to stay.
func (s *Store) Put(key, value string) error {
	values, err := s.load()
	if err != nil {
		return err
	}
	values[key] = value
	var text strings.Builder
	for _, k := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(&text, "%s=%s\n", k, values[k])
	}
	return s.save(s.path(), text.String())
}

func (s *Store) load() (map[string]string, error) {
	values := map[string]string{}
	text, err := os.ReadFile(s.path())
	if os.IsNotExist(err) {
		return values, nil
	}
	for line := range strings.Lines(string(text)) {
		key, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if !ok {
			return nil, fmt.Errorf("store: a line of %s has no value: %q", s.path(), line)
		}
		values[key] = value
	}
	return values, err
}
