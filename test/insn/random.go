package main

import (
	"math/rand/v2"
	"os"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/insn"
)

// heads begin the random instructions, so that every way to write an opcode occurs often.
var heads = [][]byte{
	{}, {0x0F}, {0x0F, 0x38}, {0x0F, 0x3A}, {0xC5}, {0xC4}, {0x62}, {0x8F}, {0x66}, {0x67}, {0xF2}, {0xF3}, {0x48},
	{0x66, 0x0F}, {0xF2, 0x0F}, {0xF3, 0x0F}, {0x67, 0x66}, {0x64, 0x48}, {0x0F, 0x0F},
}

// noise compares instructions of random bytes.
func noise(a *abi.ABI, machine string) (*tally, error) {
	r := rand.New(rand.NewPCG(1, 2))
	var code []byte
	for range *random {
		code = append(code, heads[r.IntN(len(heads))]...)
		for range 10 {
			code = append(code, byte(r.Uint32()))
		}
	}
	path, err := temporary("insn-noise", code)
	if err != nil {
		return nil, err
	}
	defer os.Remove(path)
	t := &tally{explained: map[string]int{}}
	err = objdump([]string{"-D", "-b", "binary", "-m", machine, path}, func(l line) {
		i, err := insn.Decode(a, abi.Addr(l.addr), code[l.addr:min(len(code), int(l.addr)+insn.MaxLen)])
		t.compare(l, &i, err)
	})
	return t, err
}

// temporary writes a file that the caller removes.
func temporary(name string, content []byte) (string, error) {
	f, err := os.CreateTemp("", name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	_, err = f.Write(content)
	return f.Name(), err
}
