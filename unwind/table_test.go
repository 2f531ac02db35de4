package unwind

import (
	"debug/elf"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/trapline/trapline/abi"
)

// rowAt is the row of an address of a made file as text: the CFA, then the registers.
func rowAt(t *testing.T, m *made, addr int) string {
	t.Helper()
	w, err := tableOf(m.file(t)).row(uint64(codeAt+addr), &effort{maxEffort})
	switch {
	case err != nil:
		return err.Error()
	case w == nil:
		return "none"
	}
	text := ruleText(w.cfa)
	for _, r := range w.regs {
		text += fmt.Sprintf(" r%d=%s", r.n, ruleText(r.rule))
	}
	return text
}

func ruleText(r rule) string {
	switch r.how {
	case same:
		return "same"
	case undefined:
		return "undefined"
	case offset:
		return fmt.Sprintf("[%+d]", r.off)
	case valOffset:
		return fmt.Sprintf("cfa%+d", r.off)
	case register:
		return fmt.Sprintf("r%d%+d", r.reg, r.off)
	case expression:
		return fmt.Sprintf("[{%x}]", r.expr)
	}
	return fmt.Sprintf("{%x}", r.expr)
}

// Every instruction, at the place where it counts and before. The CIE has r7+8 and r16=[-8].
func TestInstructions(t *testing.T) {
	const initial = "r7+8 r16=[-8]"
	for name, test := range map[string]struct {
		program      []byte
		before, then string // at address 15 and at address 16 of the function
	}{
		"advance_loc":          {cat(0x50, 0x0e, 16), initial, "r7+16 r16=[-8]"},
		"advance_loc1":         {cat(2, 16, 0x0e, 16), initial, "r7+16 r16=[-8]"},
		"advance_loc2":         {cat(3, 16, 0, 0x0e, 16), initial, "r7+16 r16=[-8]"},
		"advance_loc4":         {cat(4, uint32(16), 0x0e, 16), initial, "r7+16 r16=[-8]"},
		"MIPS_advance_loc8":    {cat(0x1d, uint64(16), 0x0e, 16), initial, "r7+16 r16=[-8]"},
		"nop":                  {cat(0x50, 0, 0, 0x0e, 16), initial, "r7+16 r16=[-8]"},
		"def_cfa":              {cat(0x50, 0x0c, 6, 24), initial, "r6+24 r16=[-8]"},
		"def_cfa_sf":           {cat(0x50, 0x12, 6, 0x7d), initial, "r6+24 r16=[-8]"},
		"def_cfa_register":     {cat(0x50, 0x0d, 6), initial, "r6+8 r16=[-8]"},
		"def_cfa_offset_sf":    {cat(0x50, 0x13, 0x7d), initial, "r7+24 r16=[-8]"},
		"def_cfa_expression":   {cat(0x50, 0x0f, 2, 0x77, 0), initial, "{7700} r16=[-8]"},
		"offset":               {cat(0x50, 0x86, 2), initial, "r7+8 r6=[-16] r16=[-8]"},
		"offset_extended":      {cat(0x50, 5, 6, 2), initial, "r7+8 r6=[-16] r16=[-8]"},
		"offset_extended_sf":   {cat(0x50, 0x11, 6, 0x7e), initial, "r7+8 r6=[+16] r16=[-8]"},
		"GNU_neg_offset":       {cat(0x50, 0x2f, 6, 2), initial, "r7+8 r6=[+16] r16=[-8]"},
		"val_offset":           {cat(0x50, 0x14, 6, 2), initial, "r7+8 r6=cfa-16 r16=[-8]"},
		"val_offset_sf":        {cat(0x50, 0x15, 6, 0x7e), initial, "r7+8 r6=cfa+16 r16=[-8]"},
		"register":             {cat(0x50, 9, 6, 3), initial, "r7+8 r6=r3+0 r16=[-8]"},
		"expression":           {cat(0x50, 0x10, 6, 2, 0x77, 8), initial, "r7+8 r6=[{7708}] r16=[-8]"},
		"val_expression":       {cat(0x50, 0x16, 6, 2, 0x77, 8), initial, "r7+8 r6={7708} r16=[-8]"},
		"undefined":            {cat(0x50, 7, 16), initial, "r7+8 r16=undefined"},
		"same_value":           {cat(0x50, 8, 16), initial, "r7+8"},
		"restore":              {cat(7, 16, 0x50, 0xd0), "r7+8 r16=undefined", initial},
		"restore_extended":     {cat(7, 16, 0x50, 6, 16), "r7+8 r16=undefined", initial},
		"remember and restore": {cat(0x0a, 0x0e, 64, 0x86, 2, 0x50, 0x0b), "r7+64 r6=[-16] r16=[-8]", initial},
		"GNU_args_size":        {cat(0x2e, 0x86, 1, 0x50, 0x0e, 16), initial, "r7+16 r16=[-8]"},
		"set_loc":              {cat(0x01, int32(0), 0x0e, 16), initial, "r7+16 r16=[-8]"},
		"of vectors":           {cat(0x50, 5, 40, 2, 6, 40), initial, initial},
	} {
		b := newBuilder(amd64CIE)
		b.function(0, 0x100, test.program)
		if name == "set_loc" { // relative to where it is written
			at := len(b.data) - 6
			copy(b.data[at:], cat(int32(codeAt+16-framesAt-at)))
		}
		m := b.made(elf.EM_X86_64)
		if got := rowAt(t, m, 15); got != test.before {
			t.Errorf("%s: before: %s, want %s", name, got, test.before)
		}
		if got := rowAt(t, m, 16); got != test.then {
			t.Errorf("%s: %s, want %s", name, got, test.then)
		}
	}
}

// Programs that make no sense are an error.
func TestBadInstructions(t *testing.T) {
	for name, program := range map[string][]byte{
		"unknown":                 cat(0x3f),
		"arm64's":                 cat(0x2d),
		"nothing remembered":      cat(0x0b),
		"too much is remembered":  []byte(strings.Repeat("\x0a", maxRemembered+1)),
		"an operand is missing":   cat(5, 6),
		"an expression is longer": cat(0x0f, 9, 0x77),
	} {
		b := newBuilder(amd64CIE)
		b.function(0, 0x100, program)
		if got := rowAt(t, b.made(elf.EM_X86_64), 0); got != errProgram.Error() && got != errTruncated.Error() {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// The augmentations of CIEs, and what each lets one know.
func TestAugmentations(t *testing.T) {
	program := cat(0x0c, 7, 8, 0x90, 1)
	for name, test := range map[string]struct {
		cie  []byte
		fde  []byte // between the pointers and the program
		wide bool   // pointers are absolute
		want string
	}{
		"none":               {cat(1, "\x00", 1, 0x78, 16, program), nil, true, "r7+32 r16=[-8]"},
		"version 3":          {cat(3, "\x00", 1, 0x78, 16, program), nil, true, "r7+32 r16=[-8]"},
		"version 4":          {cat(4, "\x00", 8, 0, 1, 0x78, 16, program), nil, true, "r7+32 r16=[-8]"},
		"version 2":          {cat(2, "\x00", 1, 0x78, 16, program), nil, true, "unknown version 2"},
		"eh":                 {cat(1, "eh\x00", uint64(0x1234), 1, 0x78, 16, program), nil, true, "r7+32 r16=[-8]"},
		"zR":                 {cat(1, "zR\x00", 1, 0x78, 16, 1, 0x1b, program), cat(0), false, "r7+32 r16=[-8]"},
		"zPLR":               {cat(1, "zPLR\x00", 1, 0x78, 16, 7, 0x9b, uint32(1), 0x1b, 0x1b, program), cat(4, uint32(9)), false, "r7+32 r16=[-8]"},
		"zRS":                {cat(1, "zRS\x00", 1, 0x78, 16, 1, 0x1b, program), cat(0), false, "r7+32 r16=[-8] signal"},
		"indirect":           {cat(1, "zR\x00", 1, 0x78, 16, 1, 0x9b, program), cat(0), false, "r7+32 r16=[-8]"},
		"zRB":                {cat(1, "zRB\x00", 1, 0x78, 16, 1, 0x1b, program), cat(0), false, "r7+32 r16=[-8]"},
		"z with an unknown":  {cat(1, "zR?S\x00", 1, 0x78, 16, 3, 0x1b, 1, 2, program), cat(0), false, "r7+32 r16=[-8]"},
		"unknown":            {cat(1, "xyz\x00", 1, 0x78, 16, program), nil, true, "unknown augmentation \"xyz\""},
		"without its data":   {cat(1, "zR\x00", 1, 0x78, 16, 0x7f), cat(0), false, "ends early"},
		"return address 300": {cat(3, "\x00", 1, 0x78, 0xac, 2, program), nil, true, "r7+32 r16=[-8]"},
	} {
		b := &builder{data: sized(cat(uint32(0), test.cie))}
		at := len(b.data)
		pointers := cat(int32(codeAt-(framesAt+at+8)), uint32(0x100))
		if test.wide {
			pointers = cat(uint64(codeAt), uint64(0x100))
		}
		b.data = append(b.data, sized(cat(uint32(at+4), pointers, test.fde, 0x0e, 32))...)
		b.hdr, b.n = cat(int32(codeAt-indexAt), int32(framesAt+at-indexAt)), 1
		m := b.made(elf.EM_X86_64)
		got := rowAt(t, m, 0)
		if w, _ := tableOf(m.file(t)).row(codeAt, &effort{maxEffort}); w != nil && w.signal {
			got += " signal"
		}
		if got != test.want && !strings.HasSuffix(got, test.want) || strings.HasPrefix(got, "r") && got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

// In .debug_frame entries may be of 64 bits, and a CIE is named by its offset.
func TestDebugFrame(t *testing.T) {
	program := cat(0x0c, 7, 8, 0x90, 1)
	narrow := cat(sized(cat(^uint32(0), 3, 0, 1, 0x78, 16, program)), sized(cat(uint32(0), uint64(0x5000), uint64(0x10), 0x0e, 16)))
	cie := cat(^uint64(0), 4, 0, 8, 0, 1, 0x78, 16, program)
	fde := cat(uint64(len(narrow)), uint64(0x6000), uint64(0x10), 0x0e, 24)
	wide := func(b []byte) []byte { return cat(^uint32(0), uint64(len(b)), b) }
	data := slices.Concat(narrow, wide(cie), wide(fde))
	s := section{word: 8, debug: true, read: bytesAt(data, 0), cies: map[uint64]parsedCIE{}}
	table := &table{machine: machineOf(abi.AMD64), rows: map[uint64]cached{}}
	for addr, want := range map[uint64]string{0x5000: "r7+16", 0x500f: "r7+16", 0x6000: "r7+24", 0x600f: "r7+24", 0x5010: "", 0x6010: "", 0x4fff: ""} {
		w, err := table.in(&source{s, newScan(&s)}, addr, &effort{maxEffort})
		got := ""
		if w != nil {
			got = ruleText(w.cfa)
		}
		if got != want || err != nil {
			t.Errorf("%#x: %q, %v, want %q", addr, got, err, want)
		}
	}
}

// An index that does not fit what it is of is not believed, and what is behind the end of a
// function is not the function's.
func TestHeader(t *testing.T) {
	b := newBuilder(amd64CIE)
	b.function(0, 0x10, 0x0e, 16)
	b.function(0x100, 0x10, 0x0e, 24)
	good := b.made(elf.EM_X86_64)
	for addr, want := range map[int]string{0: "r7+16 r16=[-8]", 15: "r7+16 r16=[-8]", 16: "none", 0x100: "r7+24 r16=[-8]", 0x110: "none", -1: "none"} {
		if got := rowAt(t, good, addr); got != want {
			t.Errorf("at %d: %s, want %s", addr, got, want)
		}
	}
	for name, index := range map[string][]byte{
		"another version":          cat(2, good.index[1:]),
		"a table that is unsorted": cat(1, 0x1b, 0x03, 0x0b, good.index[4:]),
		"more pairs than bytes":    cat(good.index[:8], uint32(1<<30), good.index[12:]),
		"no count":                 cat(1, 0x1b, 0xff, 0x3b, good.index[4:]),
		"a short one":              good.index[:3],
	} {
		if h, _, err := parseHeader(index, indexAt, 8); err == nil {
			t.Errorf("%s: %v", name, h)
		}
	}
}

// Tables that are made to keep one busy do not: a walk does so much and no more.
func TestEffort(t *testing.T) {
	b := newBuilder(amd64CIE)
	b.function(0, 0x100, []byte(strings.Repeat("\x00", 600)))
	table := tableOf(b.made(elf.EM_X86_64).file(t))
	e := effort{1000}
	if w, err := table.row(codeAt, &e); w == nil || err != nil {
		t.Errorf("the first row: %v, %v", w, err)
	}
	if _, err := table.row(codeAt+1, &e); err != errEffort {
		t.Errorf("the second row: %v", err)
	}
	if w, err := table.row(codeAt+1, &effort{1000}); w == nil || err != nil {
		t.Errorf("the second row in another walk: %v, %v", w, err)
	}
	s, _ := newState(regs(abi.AMD64, nil))
	x := &calculator{memory: &window{}, effort: &effort{5}}
	if _, err := x.compute(&s, []byte("\x31\x31\x31\x31\x31\x31")); err != errEffort {
		t.Errorf("six operations with an effort of five: %v", err)
	}
}
