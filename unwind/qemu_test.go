package unwind

import (
	"bufio"
	"debug/elf"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/internal/fixture"
	"github.com/trapline/trapline/procfs"
)

// An emulator runs an arm64 program for a debugger, which steps its first thread.
type emulator struct {
	conn net.Conn
	in   *bufio.Reader
}

// emulate starts a program under qemu and waits for it to wait for us.
func emulate(t *testing.T, qemu, program string) *emulator {
	port := fixture.FreePort()
	cmd := exec.Command(qemu, "-g", port, program)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	for deadline := time.Now().Add(20 * time.Second); ; {
		conn, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			e := &emulator{conn, bufio.NewReader(conn)}
			conn.Write([]byte("+"))
			return e
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

// ask sends a request and returns the answer.
func (e *emulator) ask(format string, args ...any) (string, error) {
	text := fmt.Sprintf(format, args...)
	sum := byte(0)
	for _, b := range []byte(text) {
		sum += b
	}
	if _, err := fmt.Fprintf(e.conn, "$%s#%02x", text, sum); err != nil {
		return "", err
	}
	answer, err := e.answer()
	for err == nil && strings.HasPrefix(answer, "T") && strings.Contains("gm", text[:1]) {
		answer, err = e.answer() // another thread has stopped meanwhile
	}
	return answer, err
}

// answer reads one.
func (e *emulator) answer() (string, error) {
	e.conn.SetReadDeadline(time.Now().Add(time.Minute))
	if _, err := e.in.ReadString('$'); err != nil {
		return "", err
	}
	answer, err := e.in.ReadString('#')
	if err != nil {
		return "", err
	}
	if _, err := io.CopyN(io.Discard, e.in, 2); err != nil {
		return "", err
	}
	e.conn.Write([]byte("+"))
	return strings.TrimSuffix(answer, "#"), nil
}

// step goes on by an instruction. It is not ok at a signal, or at the end.
func (e *emulator) step() (ok bool, err error) {
	stop, err := e.ask("s")
	return strings.HasPrefix(stop, "T05"), err
}

func (e *emulator) regs(r *abi.Regs) error {
	answer, err := e.ask("g")
	if err != nil {
		return err
	}
	data, err := hex.DecodeString(answer)
	if err != nil || len(data) < 33*8 {
		return errors.New("no registers: " + answer)
	}
	r.ABI = abi.ARM64
	for i := range 33 {
		r.Values[i] = binary.LittleEndian.Uint64(data[8*i:])
	}
	return nil
}

// ReadMem implements mem.Reader.
func (e *emulator) ReadMem(p []byte, addr abi.Addr) (n int, err error) {
	for n < len(p) {
		answer, err := e.ask("m%x,%x", uint64(addr)+uint64(n), min(len(p)-n, 1024))
		if err != nil {
			return n, err
		}
		data, err := hex.DecodeString(answer)
		if err != nil || len(data) == 0 {
			return n, errors.New("no memory")
		}
		n += copy(p[n:], data)
	}
	return n, nil
}

// emulated is the space of a program that is where its file says.
func emulated(t *testing.T, f *image.File) *image.Space {
	headers, err := elf.Open(f.Name)
	if err != nil {
		t.Fatal(err)
	}
	defer headers.Close()
	var maps []procfs.Mapping
	for _, p := range headers.Progs {
		if p.Type == elf.PT_LOAD && p.Flags&elf.PF_X != 0 {
			maps = append(maps, procfs.Mapping{
				Start: abi.Addr(p.Vaddr), End: abi.Addr(p.Vaddr+p.Memsz+page-1) &^ (page - 1), Offset: p.Off,
				Perm: procfs.Readable | procfs.Executable, Inode: 1, Path: f.Name,
			})
		}
	}
	return image.NewSpace(maps, func(procfs.Mapping) (*image.File, error) { return f, nil })
}

// TestEveryInstructionARM64 is TestEveryInstruction for the first thread of an arm64 program, from
// its beginning on and up to its first signal. TRAPLINE_QEMU is the emulator.
func TestEveryInstructionARM64(t *testing.T) {
	qemu := os.Getenv("TRAPLINE_QEMU")
	if qemu == "" {
		return // make arm64 asks for it
	}
	program := fixture.BuildGo(t, "testdata/transitions/main.go", []string{"CGO_ENABLED=0", "GOARCH=arm64"})
	f := openImage(t, program)
	e := emulate(t, qemu, program)
	s := &stepper{t: t, seen: map[string]int{}, bad: map[string]int{}}
	s.unwinder.Space, s.unwinder.Memory = emulated(t, f), e
	n, _ := steps()
	s.emulate(e, n)
	first, _ := f.GoTable().Named("runtime.newproc") // what is before it is long, and calls only
	for _, request := range []string{fmt.Sprintf("Z0,%x,4", first.Entry), "c", fmt.Sprintf("z0,%x,4", first.Entry)} {
		if _, err := e.ask("%s", request); err != nil {
			t.Fatal(err)
		}
	}
	s.emulate(e, 10*n)
	for _, name := range []string{"runtime.rt0_go", "runtime.systemstack", "gogo", "runtime.clone"} {
		if s.seen[name] == 0 {
			t.Errorf("never at %s in %d steps", name, s.taken)
		}
	}
}

// emulate steps the thread n times, but not into a signal's handler.
func (s *stepper) emulate(e *emulator, n int) {
	th := &stepped{}
	for range n {
		s.taken++
		if err := e.regs(&th.regs); err != nil {
			s.t.Fatal(err)
		}
		if m := s.unwinder.Space.At(th.regs.PC()); m != nil && s.name(&Frame{PC: th.regs.PC(), Module: m}) != linkless {
			s.walk(th)
		} else {
			th.frames = nil
		}
		ok, err := e.step()
		if err != nil {
			s.t.Fatal(err)
		}
		if !ok {
			return
		}
	}
}
