package cover

import (
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
)

// A Source is the text of a file as it was when the program ran.
type Source struct {
	Found  string // where it was; empty: nowhere
	Digest Digest // of its text
	// Differs says that the text was not the same in all the runs.
	Differs bool
}

// A Digest tells texts apart. That of no text is zero.
type Digest [16]byte

// digest returns that of a text.
func digest(text []byte) Digest {
	sum := sha256.Sum256(text)
	return Digest(sum[:len(Digest{})])
}

func (s *Source) merge(other Source) {
	s.Differs = s.Differs || other.Differs || s.known() && other.known() && s.Digest != other.Digest
	if !s.known() {
		s.Found, s.Digest = other.Found, other.Digest
	}
}

func (s *Source) known() bool { return s.Digest != Digest{} }

// Identify looks for the sources of all files and notes what they are now. It reads them,
// so it is for the time when the programs have been started or have ended.
func (p *Profile) Identify(paths Paths) {
	for _, f := range p.files {
		if f.Source.known() {
			continue
		}
		found, text, err := paths.Read(f.Path)
		if err == nil {
			f.Source = Source{Found: found, Digest: digest(text)}
		}
	}
}

// A Rename puts a path in the place of the beginning of others, as gdb's set
// substitute-path does.
type Rename struct{ From, To string }

// ParseRename reads FROM=TO, or FROM:TO as kcov has it.
func ParseRename(text string) (Rename, error) {
	from, to, ok := strings.Cut(text, "=")
	if !ok {
		from, to, ok = strings.Cut(text, ":")
	}
	if !ok || from == "" || to == "" {
		return Rename{}, errors.New("it must read FROM=TO, both of them paths")
	}
	return Rename{cleanPath(from), cleanPath(to)}, nil
}

// Paths says where sources are that were elsewhere when the program was built. The first
// rename that fits a path counts.
type Paths []Rename

// Apply returns where a path leads.
func (p Paths) Apply(name string) string {
	for _, r := range p {
		if rest, ok := below(name, r.From); ok {
			return cleanPath(r.To + "/" + rest)
		}
	}
	return name
}

// below returns what of a path comes below a folder. The path itself is below.
func below(name, folder string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(name, folder)
	switch {
	case !ok:
		return "", false
	case rest == "" || strings.HasSuffix(folder, "/"):
		return rest, true
	}
	return strings.CutPrefix(rest, "/")
}

// maxSource is the size of a text that is read at most.
const maxSource = 64 << 20

var errNoText = errors.New("not a file of text")

// Read returns the text of a source and where it was found: where the renames lead, or
// else where it was when the program was built.
func (p Paths) Read(name string) (found string, text []byte, err error) {
	for _, found = range []string{p.Apply(name), name} {
		if text, err = readSource(found); err == nil {
			return found, text, nil
		}
	}
	return "", nil, err
}

// readSource reads a file. A path comes from a program, so it can lead to anything.
func readSource(name string) ([]byte, error) {
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular() || info.Size() > maxSource:
		return nil, errNoText
	}
	return io.ReadAll(io.LimitReader(f, maxSource))
}
