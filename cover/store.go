package cover

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A Store is a folder of profiles. Each run has a file of its own in it, so that any number
// of processes can write at the same time.
type Store string

// suffix is what the names of profiles end in.
const suffix = ".trapcov"

// StoreIn returns the place for profiles in the folder of a report.
func StoreIn(dir string) Store { return Store(filepath.Join(dir, "runs")) }

// save writes a profile by its name, in one step: who reads it sees the old one or the new.
func (s Store) save(name string, p *Profile) error {
	data, err := p.AppendBinary(nil)
	if err == nil {
		err = os.MkdirAll(string(s), 0o777)
	}
	if err != nil {
		return err
	}
	return WriteFile(filepath.Join(string(s), name), data)
}

// WriteFile writes a file in one step: who reads it sees the old one or the new.
func WriteFile(name string, data []byte) error {
	f, err := createBeside(name)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// createBeside creates a file in the same folder, of a name that no other has.
func createBeside(name string) (*os.File, error) {
	beside := filepath.Join(filepath.Dir(name), fmt.Sprintf(".%s-%016x", filepath.Base(name), rand.Uint64()))
	return os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
}

// profiles returns the paths of the profiles, in the order of their names.
func (s Store) profiles() ([]string, error) {
	entries, err := os.ReadDir(string(s))
	if err != nil {
		return nil, err
	}
	var found []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), suffix) && !strings.HasPrefix(e.Name(), ".") {
			found = append(found, filepath.Join(string(s), e.Name()))
		}
	}
	return found, nil
}

// Has reports whether there are profiles in the folder.
func (s Store) Has() (bool, error) {
	names, err := s.profiles()
	return len(names) > 0, err
}

// Load merges the profiles in the folder. One that cannot be read is left out; the errors
// of all of those come along with the others' profile.
func (s Store) Load() (*Profile, error) {
	names, err := s.profiles()
	if err != nil {
		return nil, err
	}
	p := &Profile{}
	var problems []error
	for _, name := range names {
		one, err := ReadProfile(name)
		switch {
		case errors.Is(err, fs.ErrNotExist): // another run has begun anew
		case err != nil:
			problems = append(problems, err)
		default:
			p.Merge(one)
		}
	}
	p.sortRuns()
	return p, errors.Join(problems...)
}

// ReadProfile reads a profile from a file.
func ReadProfile(name string) (*Profile, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	p, err := ParseProfile(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

// Clear removes the profiles that are there. A run that is still going on writes its own
// again.
func (s Store) Clear() error {
	names, err := s.profiles()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, name := range names {
		if e := os.Remove(name); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = e
		}
	}
	return err
}

// Lock waits until no other process makes reports of the folder, and keeps others waiting
// until unlock is called or the process ends.
func (s Store) Lock() (unlock func(), err error) {
	if err := os.MkdirAll(string(s), 0o777); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(string(s), "lock"), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if err != syscall.EINTR {
			break
		}
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", f.Name(), err)
	}
	return func() { f.Close() }, nil
}

// A Recording is a profile that a run fills, and its file in a store.
type Recording struct {
	*Profile
	store Store
	name  string
}

// Record begins the recording of a run.
func (s Store) Record(run Run) *Recording {
	if run.Began.IsZero() {
		run.Began = time.Now()
	}
	name := fmt.Sprintf("%s-%08x%s", run.Began.UTC().Format("20060102-150405.000000"), rand.Uint32(), suffix)
	return &Recording{&Profile{Runs: []Run{run}}, s, name}
}

// Flush writes what is known so far.
func (r *Recording) Flush() error {
	r.Runs[0].Flushed = time.Now()
	return r.store.save(r.name, r.Profile)
}

// End writes everything, with how the program ended.
func (r *Recording) End(status string) error {
	r.Runs[0].Ended, r.Runs[0].Status = true, status
	return r.Flush()
}

// sortRuns brings the runs in the order in which they began.
func (p *Profile) sortRuns() {
	slices.SortStableFunc(p.Runs, func(a, b Run) int { return a.Began.Compare(b.Began) })
}
