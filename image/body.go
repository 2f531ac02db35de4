package image

import "bytes"

// Body returns where a function's arguments can be looked at, by the address of its entry:
// behind its prologue, where line tables mark that or where the prologue makes a frame that
// debug information counts from, as without optimization; otherwise at the entry.
func (f *File) Body(entry uint64) uint64 {
	d := f.DWARF()
	if d == nil {
		return entry
	}
	addr, marked, ok := d.Body(entry)
	if ok && (marked || f.makesFrame(entry)) {
		return addr
	}
	return entry
}

// frames are the beginnings of x86 functions that make a frame: push %rbp; mov %rsp,%rbp, in
// both encodings of the latter.
var frames = [][]byte{
	{0x55, 0x48, 0x89, 0xE5}, {0x55, 0x48, 0x8B, 0xEC},
	{0x55, 0x89, 0xE5}, {0x55, 0x8B, 0xEC},
}

// makesFrame reports whether the code at an address does so, behind an endbr.
func (f *File) makesFrame(addr uint64) bool {
	var code [8]byte
	n, _ := f.ReadMem(code[:], addr)
	text := code[:n]
	for _, endbr := range [][]byte{{0xF3, 0x0F, 0x1E, 0xFA}, {0xF3, 0x0F, 0x1E, 0xFB}} {
		text = bytes.TrimPrefix(text, endbr)
	}
	for _, frame := range frames {
		if bytes.HasPrefix(text, frame) {
			return true
		}
	}
	return false
}
