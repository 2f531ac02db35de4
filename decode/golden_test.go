package decode_test

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/render/strace"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// The goldens are testdata/*.golden. A case is lines:
//
//	amd64 openat -100 0x1000 0 0            an ABI, a call and its words
//	-v                                      options: -v, -s N, -e raw, -e verbose=none, -sp ADDR;
//	                                        -y, -yy, -Y and --namespace=new, about the world;
//	                                        --decode-io-uring: the text is that of the entries
//	@0x1000 "/etc\0"                        memory at entry: a string or u8, u16, u32, u64 with numbers;
//	                                        sqe with those of an entry of io_uring in order
//	= 3                                     the result; -ENOENT's number for a failure
//	@0x2000 u32 1 2                         memory behind the result: at exit, on top of the rest
//	openat(AT_FDCWD, "/etc", O_RDONLY) = 3  the text
//
// and ends with an empty line. # begins a comment.
type golden struct {
	line   int
	abi    *abi.ABI
	call   abi.Call
	sp     abi.Addr
	mode   decode.Mode
	memory mem.Snapshot
	ended  bool
	result abi.Result
	wrote  mem.Snapshot
	want   string
}

func TestGoldens(t *testing.T) {
	local := time.Local
	time.Local = time.UTC
	t.Cleanup(func() { time.Local = local })
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil || len(files) == 0 {
		t.Fatalf("no goldens: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			for _, g := range readGoldens(t, file) {
				if got := g.text(); got != g.want {
					t.Errorf("%s:%d:\n got %s\nwant %s", file, g.line, got, g.want)
				}
			}
		})
	}
}

func readGoldens(t *testing.T, file string) []golden {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []golden
	g := golden{}
	for i, line := range strings.Split(string(data)+"\n\n", "\n") {
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.TrimSpace(line) == "":
			if g.abi != nil {
				all = append(all, g)
			}
			g = golden{}
		default:
			if err := g.add(line, i+1); err != nil {
				t.Fatalf("%s:%d: %v", file, i+1, err)
			}
		}
	}
	return all
}

func (g *golden) add(line string, at int) (err error) {
	switch {
	case g.abi == nil:
		g.line, g.mode = at, decode.Mode{Strings: 32}
		return g.start(strings.Fields(line))
	case line[0] == '@' && !g.ended:
		g.memory, err = addSpan(g.memory, line)
	case line[0] == '@':
		g.wrote, err = addSpan(g.wrote, line)
	case line[0] == '=':
		v, err := strconv.ParseInt(strings.TrimSpace(line[1:]), 0, 64)
		g.ended, g.result = true, abi.Result{Value: uint64(v), Failed: v < 0 && v >= -4095}
		return err
	case line[0] == '-':
		g.option(line)
	default:
		g.want = line
	}
	return err
}

func (g *golden) start(words []string) error {
	a, ok := abi.Find(words[0])
	if !ok {
		return fmt.Errorf("no ABI %s", words[0])
	}
	nr, _, ok := syscalls.For(a).Named(words[1])
	if !ok {
		return fmt.Errorf("no call %s", words[1])
	}
	g.abi, g.call = a, abi.Call{ABI: a, NR: nr}
	for i, w := range words[2:] {
		v, err := number(w)
		if err != nil {
			return err
		}
		g.call.Args[i] = v
	}
	return nil
}

func (g *golden) option(line string) {
	switch {
	case line == "-v":
		g.mode.Verbose = true
	case line == "-e raw":
		g.mode.Raw = true
	case line == "-e verbose=none":
		g.mode.Opaque = true
	case line == "-y":
		g.mode.FDs = decode.FDPath
	case line == "-yy":
		g.mode.FDs = decode.FDAll
	case line == "-Y":
		g.mode.PIDs = decode.PIDComm | decode.PIDNamespace
	case line == "--decode-io-uring":
		g.mode.Entries = true
	case line == "--namespace=new":
		g.mode.Namespaces = true
	case strings.HasPrefix(line, "-sp "):
		sp, _ := number(strings.TrimPrefix(line, "-sp "))
		g.sp = abi.Addr(sp)
	default:
		g.mode.Strings, _ = strconv.Atoi(strings.TrimPrefix(line, "-s "))
	}
}

func number(w string) (uint64, error) {
	if strings.HasPrefix(w, "-") {
		v, err := strconv.ParseInt(w, 0, 64)
		return uint64(v), err
	}
	return strconv.ParseUint(w, 0, 64)
}

func addSpan(s mem.Snapshot, line string) (mem.Snapshot, error) {
	at, rest, _ := strings.Cut(line[1:], " ")
	addr, err := number(at)
	if err != nil {
		return s, err
	}
	data, err := content(strings.TrimSpace(rest))
	return append(s, mem.Span{Addr: abi.Addr(addr), Data: data}), err
}

func content(text string) ([]byte, error) {
	if strings.HasPrefix(text, `"`) {
		s, err := strconv.Unquote(strings.ReplaceAll(text, `\0`, `\x00`))
		return []byte(s), err
	}
	words := strings.Fields(text)
	if words[0] == "sqe" {
		return entry(words[1:])
	}
	size := map[string]int{"u8": 1, "u16": 2, "u32": 4, "u64": 8}[words[0]]
	var data []byte
	for _, w := range words[1:] {
		v, err := number(w)
		if err != nil {
			return nil, err
		}
		data = append(data, binary.LittleEndian.AppendUint64(nil, v)[:size]...)
	}
	return data, nil
}

// entry makes a struct io_uring_sqe of its numbers: opcode, flags, ioprio, fd, off, addr, len,
// the operation's flags, user_data, buf_index, personality, file_index, addr3 and the last word.
// Those that are left out are zero.
func entry(words []string) ([]byte, error) {
	var data []byte
	for i, size := range [...]int{1, 1, 2, 4, 8, 8, 4, 4, 8, 2, 2, 4, 8, 8} {
		v := uint64(0)
		if i < len(words) {
			var err error
			if v, err = number(words[i]); err != nil {
				return nil, err
			}
		}
		data = append(data, binary.LittleEndian.AppendUint64(nil, v)[:size]...)
	}
	return data, nil
}

// text decodes the case and renders it.
func (g *golden) text() string {
	var c decode.Call
	row := syscalls.For(g.abi).Row(g.call.NR)
	c.SP, c.TID, c.Lookup = g.sp, worldTID, world{}
	c.Enter(g.call, row, g.mode, g.memory)
	if g.mode.Entries {
		var s strace.Style
		return string(s.AppendValue(nil, c.Submitted))
	}
	c.Exit(g.result, append(g.wrote[:len(g.wrote):len(g.wrote)], g.memory...))
	return line(&c)
}

func line(c *decode.Call) string {
	var s strace.Style
	out := append([]byte(c.Row.Name), '(')
	for i := range c.Args {
		if i > 0 {
			out = append(out, ", "...)
		}
		if c.Row.Named {
			out = append(append(out, c.Args[i].Name...), '=')
		}
		out = s.AppendValue(out, c.Args[i].Value)
	}
	out = append(out, ") = "...)
	if c.Ret == nil {
		return string(out) + "-1"
	}
	out = s.AppendValue(out, c.Ret)
	if c.After == nil {
		return string(out)
	}
	out = append(out, " ("...)
	if labels, ok := c.After.(*value.Struct); ok {
		for i, f := range labels.Fields {
			if i > 0 {
				out = append(out, ", "...)
			}
			if f.Name != "" {
				out = append(append(out, f.Name...), ' ')
			}
			out = s.AppendValue(out, f.Value)
		}
		return string(out) + ")"
	}
	if remark, ok := c.After.(*value.Note); ok && remark.Of == nil {
		return string(out) + remark.Text + ")"
	}
	return string(s.AppendValue(out, c.After)) + ")"
}
