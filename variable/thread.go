package variable

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
)

// Why a variable that each thread has for itself is not found.
var (
	errThread = errors.New("variables that each thread has for itself are found on amd64 with glibc only")
	errUnused = errors.New("this thread has not used it yet")
)

// own returns the address of what the task's thread has at an offset of a file's block of its own.
// The program's lies before what the thread's register points to; where those of libraries are is
// in a vector, as glibc says for debuggers.
func (f *Frame) own(file *image.File, bias, off uint64) (abi.Addr, error) {
	pointer, ok := f.Regs.Named("fs_base")
	if !ok || f.Regs.ABI != abi.AMD64 {
		return 0, errThread
	}
	off = file.ThreadOffset(off)
	if size, ok := file.ThreadBlock(); ok && file.IsProgram() {
		return abi.Addr(pointer - size + off), nil
	}
	block, err := f.block(pointer, bias)
	return abi.Addr(block + off), err
}

// block returns where a thread has the block of the library that is loaded there.
func (f *Frame) block(pointer, bias uint64) (uint64, error) {
	r := words{f: f}
	modid := r.in("link_map_l_tls_modid", f.linkMap(&r, bias))
	vector := r.in("pthread_dtvp", pointer)
	size := uint64(r.field("dtv_dtv").bits / 8)
	if r.err != nil {
		return 0, r.err
	}
	if length := r.at(vector - size); modid == 0 || modid > length {
		return 0, errUnused
	}
	block := r.in("dtv_t_pointer_val", vector+modid*size)
	if r.err == nil && (block == 0 || int64(block) == -1) {
		return 0, errUnused
	}
	return block, r.err
}

// maxLinks is how many loaded libraries are looked at.
const maxLinks = 1 << 12

// linkMap returns the dynamic linker's note of the library that is loaded there: its beginning is
// public, struct link_map of <link.h>.
func (f *Frame) linkMap(r *words, bias uint64) uint64 {
	const word = 8
	for at, n := r.at(r.symbol("_r_debug")+word), 0; at != 0 && n < maxLinks && r.err == nil; n++ {
		if r.at(at) == bias {
			return at
		}
		at = r.at(at + 3*word)
	}
	if r.err == nil {
		r.err = errThread
	}
	return 0
}

// words reads words of the program's memory until one cannot be read.
type words struct {
	f   *Frame
	err error
}

func (r *words) at(addr uint64) uint64 {
	var b [8]byte
	if r.err != nil {
		return 0
	}
	if _, err := r.f.Memory.ReadMem(b[:], abi.Addr(addr)); err != nil {
		r.err = fmt.Errorf("%s cannot be read", abi.Addr(addr))
		return 0
	}
	return little(b[:], len(b))
}

// A field is where glibc says that a part of one of its structures is.
type field struct{ bits, count, offset uint32 }

// field returns what glibc says of a part, in a variable for debuggers.
func (r *words) field(name string) field {
	at := r.symbol("_thread_db_" + name)
	low, high := r.at(at), r.at(at+4)
	return field{uint32(low), uint32(low >> 32), uint32(high >> 32)}
}

// in returns what a part of the structure at an address has.
func (r *words) in(name string, addr uint64) uint64 {
	return r.at(addr + uint64(r.field(name).offset))
}

// symbol returns the address of a variable of the C library or its dynamic linker.
func (r *words) symbol(name string) uint64 {
	if r.err != nil || r.f.Space == nil {
		r.err = cmp.Or(r.err, errThread)
		return 0
	}
	for _, m := range r.f.Space.Modules() {
		file, err := m.File()
		if err != nil || file.IsProgram() {
			continue
		}
		for _, d := range file.FindData(name) {
			return d.Addr + m.Bias()
		}
	}
	r.err = errThread
	return 0
}
