package variable

import (
	"bytes"
	"debug/elf"
	"errors"
	"os"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/image/dwarf"
	"github.com/trapline/trapline/internal/fixture"
)

// hostile is memory that repeats what it is given.
type hostile []byte

func (h hostile) ReadMem(p []byte, addr abi.Addr) (int, error) {
	if len(h) == 0 || addr%7 == 3 {
		return 0, errors.New("not mapped")
	}
	for i := range p {
		p[i] = h[(uint64(addr)+uint64(i))%uint64(len(h))]
	}
	return len(p), nil
}

// Nothing in debug information, memory or registers makes us panic, hang or take all memory.
func FuzzValues(f *testing.F) {
	good, err := os.ReadFile(fixture.Build(f, "valued", "-O0"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint32(0), []byte{}, []byte("memory"))
	f.Add(uint32(40), []byte{1, 0xff, 0x80}, []byte{0, 0, 0, 0, 0, 0, 0, 0, 1})
	info, code := section(f, good, ".debug_info"), section(f, good, ".text")
	f.Fuzz(func(t *testing.T, at uint32, patch, memory []byte) {
		data := bytes.Clone(good)
		if len(patch) > 0 {
			copy(data[info.low+int(at)%(info.high-info.low):], patch)
		}
		file, err := image.NewFile("valued", bytes.NewReader(data))
		if err != nil {
			return
		}
		if all, err := Of(file); err == nil {
			for addr := code.addr; addr < code.addr+uint64(code.high-code.low); addr += 61 {
				look(all, addr, memory)
			}
		}
	})
}

// look shows everything at an address.
func look(info *Info, addr uint64, memory []byte) {
	s, err := info.At(addr, -1)
	if err != nil {
		return
	}
	regs := abi.Regs{ABI: abi.AMD64}
	for i := range regs.Values {
		regs.Values[i] = little(memory[min(i, len(memory)):], 8)
	}
	f := &Frame{Scope: s, Regs: &regs, Memory: hostile(memory), CFA: func() abi.Addr { return abi.Addr(regs.SP()) }}
	for _, all := range [][]Argument{f.Arguments(), f.Locals(), f.Returned()} {
		for i := range all {
			all[i].Value.Text(DefaultLimits)
		}
	}
	for _, text := range []string{`req->path == "x"`, "*req->next", "req->list[n] + squares[n]", "BLUE", "first.at.x"} {
		e, err := ParseExpr(text)
		if err != nil {
			panic(err)
		}
		v := e.Eval(f)
		v.Text(DefaultLimits)
	}
}

// extent is where a section is in a file and in memory.
type extent struct {
	low, high int
	addr      uint64
}

func section(f *testing.F, data []byte, name string) extent {
	file, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		f.Fatal(err)
	}
	s := file.Section(name)
	return extent{int(s.Offset), int(s.Offset + s.FileSize), s.Addr}
}

// A structure that has itself in it, without a name and twice, has no end to look for.
func TestEndless(t *testing.T) {
	info := &Info{abi: abi.AMD64, types: map[dwarf.Entry]*Type{}}
	endless := &Type{Kind: Struct, Name: "endless", Size: 8, info: info}
	info.types[dwarf.Entry{}] = endless
	endless.members = []member{{base: true}, {base: true}, {name: "n", bits: 3}}
	f := &Frame{Regs: &abi.Regs{ABI: abi.AMD64}, Memory: hostile("memory"), Scope: &Scope{unit: &unit{info: info, names: map[string][]named{}}}}
	v := Value{frame: f, typ: endless, addr: 0x1000, placed: true}
	if found := v.member("nothing"); found.err == nil {
		t.Error("found in what has no end")
	}
	if text := v.Text(DefaultLimits); len(text) > 2*maxText {
		t.Errorf("%d bytes of text", len(text))
	}
	endless.copied(new(steps))
	endless.unregistered()
	v.pointer()
}
