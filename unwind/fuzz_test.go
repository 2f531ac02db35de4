package unwind

import (
	"debug/elf"
	"encoding/binary"
	"os"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/mem"
)

// Call frame information of any content neither crashes nor hangs what reads it: by its index
// and from end to end, as .eh_frame and as .debug_frame, of each machine.
func FuzzCFI(f *testing.F) {
	f.Fuzz(func(t *testing.T, frames, index []byte, addr uint64, kind byte) {
		m := machines[int(kind)%len(machines)]
		table := &table{machine: m, rows: map[uint64]cached{}}
		table.runner.arm = m.link >= 0
		eh := section{word: m.abi.Word, addr: framesAt, read: bytesAt(frames, framesAt), cies: map[uint64]parsedCIE{}}
		debug := section{word: m.abi.Word, debug: true, read: bytesAt(frames, 0), cies: map[uint64]parsedCIE{}}
		effort := effort{1 << 16}
		if h, _, err := parseHeader(index, indexAt, m.abi.Word); err == nil {
			table.in(&source{eh, h}, addr, &effort)
		}
		for _, s := range []section{eh, debug} {
			all := newScan(&s)
			for _, span := range all[:min(len(all), 100)] {
				for _, at := range []uint64{span.start, span.start + (span.end-span.start)/2, span.end - 1, addr} {
					table.in(&source{s, all}, at, &effort)
				}
			}
		}
	})
}

// Neither does an expression.
func FuzzExpression(f *testing.F) {
	f.Fuzz(func(t *testing.T, code, stack, values []byte, first uint64) {
		w := &window{memory: &repeating{stack: stack}}
		x := &calculator{memory: w, effort: &effort{maxSteps}}
		s, err := newState(regsFrom(abi.AMD64, values))
		if err != nil {
			t.Fatal(err)
		}
		x.compute(&s, code, first)
	})
}

// Stacks, code, tables and registers of any content neither crash nor hang a walk. Memory
// that nobody has given repeats without end.
func FuzzWalk(f *testing.F) {
	f.Fuzz(func(t *testing.T, frames, index, stack, code, values []byte, kind byte) {
		m := machines[int(kind)%len(machines)]
		file := &made{machine: elf.EM_X86_64, frames: frames, index: index}
		if m.link >= 0 {
			file.machine = elf.EM_AARCH64
		}
		u := &Unwinder{Space: file.space(t), Memory: &repeating{stack, code}, Limit: 1 << 12}
		found, _ := u.Walk(nil, regsFrom(m.abi, values))
		if len(found) == 0 || len(found) > u.Limit {
			t.Errorf("%d frames", len(found))
		}
	})
}

// The same in Go's code, whose own tables are those of this test.
func FuzzWalkGo(f *testing.F) {
	space, err := image.Load(os.Getpid())
	if err != nil {
		f.Fatal(err)
	}
	text := space.Modules()[0]
	file, err := text.File()
	if err != nil || file.GoTable() == nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, stack, values []byte, pc uint32) {
		r := regsFrom(file.ABI(), values)
		r.SetPC(text.Start + abi.Addr(pc)%(text.End-text.Start))
		u := &Unwinder{Space: space, Memory: &repeating{stack: stack}, Limit: 1 << 12}
		if found, _ := u.Walk(nil, r); len(found) == 0 || len(found) > u.Limit {
			t.Errorf("%d frames", len(found))
		}
	})
}

// A repeating memory has code from codeAt of the made file on, and everywhere else the
// same stack over and over.
type repeating struct{ stack, code []byte }

func (r *repeating) ReadMem(p []byte, addr abi.Addr) (int, error) {
	if at := addr - (loadedAt + codeAt); at < abi.Addr(len(r.code)) {
		if n := copy(p, r.code[at:]); n < len(p) {
			return n, mem.ErrUnmapped
		}
		return len(p), nil
	}
	if len(r.stack) == 0 {
		return 0, mem.ErrUnmapped
	}
	for i := range p {
		p[i] = r.stack[(uint64(addr)+uint64(i))%uint64(len(r.stack))]
	}
	return len(p), nil
}

// regsFrom fills registers with what there is for them.
func regsFrom(a *abi.ABI, values []byte) *abi.Regs {
	r := &abi.Regs{ABI: a}
	for i := 0; i < len(r.Values) && len(values) >= 8; i++ {
		r.Values[i] = a.TruncateReg(binary.LittleEndian.Uint64(values))
		values = values[8:]
	}
	return r
}
