package image

import (
	"context"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A Debuginfod has debug files fetched from servers by their build-id. It runs
// debuginfod-find, because an HTTP client of our own costs every start of the program
// more than most users ever get from it.
type Debuginfod struct {
	URLs    []string      // of the servers; those in $DEBUGINFOD_URLS if empty
	Timeout time.Duration // for one file; a second if zero
}

// fetched is the debug file that a server has, if the file's cache may ask one; nil
// otherwise.
func (f *File) fetched(id []byte) *File {
	if f.cache == nil || f.cache.Debuginfod == nil || len(id) == 0 {
		return nil
	}
	path, err := f.cache.Debuginfod.Find(id)
	if err != nil {
		return nil
	}
	d, err := Open(path)
	if err != nil || !d.describes(f) {
		return nil
	}
	return d
}

// Find returns the path of the debug file with that build-id. A file that was fetched
// before, by whichever program, is in the cache directory that all of them use.
func (d *Debuginfod) Find(id []byte) (path string, err error) { return d.find("debuginfo", id) }

// Executable is Find for the program or library itself.
func (d *Debuginfod) Executable(id []byte) (path string, err error) { return d.find("executable", id) }

func (d *Debuginfod) find(kind string, id []byte) (path string, err error) {
	name := hex.EncodeToString(id)
	path = filepath.Join(debuginfodCache(), name, kind)
	if info, err := os.Stat(path); err == nil && info.Size() > 0 {
		return path, nil
	}
	return d.fetch(kind, name)
}

// fetch has debuginfod-find download the file; it prints the path.
func (d *Debuginfod) fetch(kind, id string) (path string, err error) {
	timeout := d.Timeout
	if timeout == 0 {
		timeout = time.Second
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "debuginfod-find", kind, id)
	cmd.WaitDelay = timeout
	cmd.Env = os.Environ()
	if len(d.URLs) > 0 {
		cmd.Env = append(cmd.Env, "DEBUGINFOD_URLS="+strings.Join(d.URLs, " "))
	}
	out, err := cmd.Output()
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		return "", errors.Join(errors.New("image: debuginfod: build-id "+id), err)
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}

// debuginfodCache is the directory that debuginfod's clients keep files in.
func debuginfodCache() string {
	if dir := os.Getenv("DEBUGINFOD_CACHE_PATH"); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "debuginfod_client")
}
