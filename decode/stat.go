package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/value"
)

// A slot is where a field lies in a structure.
type slot struct{ off, size int }

// A statLayout is one ABI's struct stat.
type statLayout struct {
	size                            int
	dev, ino, mode, nlink, uid, gid slot
	blksize, blocks, rdev, bytes    slot
	atime, atimeNS                  slot
	mtime, mtimeNS                  slot
	ctime, ctimeNS                  slot
}

// The layouts of struct stat.
var (
	stat8 = &statLayout{ // amd64 and x32
		size: 144,
		dev:  slot{0, 8}, ino: slot{8, 8}, nlink: slot{16, 8}, mode: slot{24, 4}, uid: slot{28, 4}, gid: slot{32, 4},
		rdev: slot{40, 8}, bytes: slot{48, 8}, blksize: slot{56, 8}, blocks: slot{64, 8},
		atime: slot{72, 8}, atimeNS: slot{80, 8}, mtime: slot{88, 8}, mtimeNS: slot{96, 8}, ctime: slot{104, 8}, ctimeNS: slot{112, 8},
	}
	statGeneric = &statLayout{ // <asm-generic/stat.h> with 64-bit longs
		size: 128,
		dev:  slot{0, 8}, ino: slot{8, 8}, mode: slot{16, 4}, nlink: slot{20, 4}, uid: slot{24, 4}, gid: slot{28, 4},
		rdev: slot{32, 8}, bytes: slot{48, 8}, blksize: slot{56, 4}, blocks: slot{64, 8},
		atime: slot{72, 8}, atimeNS: slot{80, 8}, mtime: slot{88, 8}, mtimeNS: slot{96, 8}, ctime: slot{104, 8}, ctimeNS: slot{112, 8},
	}
	stat4 = &statLayout{ // i386
		size: 64,
		dev:  slot{0, 4}, ino: slot{4, 4}, mode: slot{8, 2}, nlink: slot{10, 2}, uid: slot{12, 2}, gid: slot{14, 2},
		rdev: slot{16, 4}, bytes: slot{20, 4}, blksize: slot{24, 4}, blocks: slot{28, 4},
		atime: slot{32, 4}, atimeNS: slot{36, 4}, mtime: slot{40, 4}, mtimeNS: slot{44, 4}, ctime: slot{48, 4}, ctimeNS: slot{52, 4},
	}
	stat4Large = &statLayout{ // i386's stat64
		size: 96,
		dev:  slot{0, 8}, ino: slot{88, 8}, mode: slot{16, 4}, nlink: slot{20, 4}, uid: slot{24, 4}, gid: slot{28, 4},
		rdev: slot{32, 8}, bytes: slot{44, 8}, blksize: slot{52, 4}, blocks: slot{56, 8},
		atime: slot{64, 4}, atimeNS: slot{68, 4}, mtime: slot{72, 4}, mtimeNS: slot{76, 4}, ctime: slot{80, 4}, ctimeNS: slot{84, 4},
	}
	statOld = &statLayout{ // i386's __old_kernel_stat
		size: 32,
		dev:  slot{0, 2}, ino: slot{2, 2}, mode: slot{4, 2}, nlink: slot{6, 2}, uid: slot{8, 2}, gid: slot{10, 2},
		rdev: slot{12, 2}, bytes: slot{16, 4}, atime: slot{20, 4}, mtime: slot{24, 4}, ctime: slot{28, 4},
	}
)

// stat decodes struct stat.
func stat(x *context, w uint64) value.Value {
	switch x.abi {
	case abi.I386:
		return x.stat(stat4, abi.Addr(w))
	case abi.ARM64:
		return x.stat(statGeneric, abi.Addr(w))
	}
	return x.stat(stat8, abi.Addr(w))
}

// stat64 decodes struct stat64.
func stat64(x *context, w uint64) value.Value { return x.stat(stat4Large, abi.Addr(w)) }

// oldStat decodes the structure of the calls that Linux began with.
func oldStat(x *context, w uint64) value.Value { return x.stat(statOld, abi.Addr(w)) }

// A statReader takes the fields of one struct stat.
type statReader struct {
	x *context
	b []byte
	f []value.Field
}

func (r *statReader) get(s slot) uint64 { return integer(r.b, s.off, s.size) }

func (r *statReader) add(name string, v value.Value) {
	r.f = append(r.f, value.Field{Name: name, Value: v})
}

func (r *statReader) number(name string, s slot) {
	r.add(name, r.x.a.Int(r.get(s), s.size, value.Unsigned))
}

func (x *context) stat(l *statLayout, at abi.Addr) value.Value {
	b := x.read(at, l.size)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	r := statReader{x, b, x.a.Fields(16)}
	if x.c.mode.Verbose {
		r.add("st_dev", x.dev(r.get(l.dev)))
		r.number("st_ino", l.ino)
	}
	mode := r.get(l.mode)
	r.add("st_mode", fileMode(x, mode))
	if x.c.mode.Verbose {
		r.number("st_nlink", l.nlink)
		r.number("st_uid", l.uid)
		r.number("st_gid", l.gid)
		r.number("st_blksize", l.blksize)
		r.number("st_blocks", l.blocks)
	}
	if device(mode) {
		r.add("st_rdev", x.dev(r.get(l.rdev)))
	} else {
		r.number("st_size", l.bytes)
	}
	if x.c.mode.Verbose {
		r.time("st_atime", "st_atime_nsec", l.atime, l.atimeNS)
		r.time("st_mtime", "st_mtime_nsec", l.mtime, l.mtimeNS)
		r.time("st_ctime", "st_ctime_nsec", l.ctime, l.ctimeNS)
	}
	return x.a.Struct(r.f, !x.c.mode.Verbose)
}

func (r *statReader) time(name, nsName string, s, ns slot) {
	sec := signed(r.get(s), s.size)
	r.add(name, r.x.stamp(r.x.a.Int(uint64(sec), 8, value.Signed), sec, r.get(ns), nano))
	if ns.size != 0 {
		r.number(nsName, ns)
	}
}

// signed extends the sign of an integer of n bytes.
func signed(v uint64, n int) int64 {
	if n <= 0 || n >= 8 {
		return int64(v)
	}
	return int64(v<<(64-8*n)) >> (64 - 8*n)
}

// statxTime decodes struct statx_timestamp.
func statxTime(x *context, w uint64) value.Value {
	b := x.read(abi.Addr(w), 12)
	if b == nil {
		return x.a.Lost(abi.Addr(w))
	}
	sec, ns := integer(b, 0, 8), integer(b, 8, 4)
	f := append(x.a.Fields(2),
		value.Field{Name: "tv_sec", Value: x.a.Int(sec, 8, value.Signed)},
		value.Field{Name: "tv_nsec", Value: x.a.Int(ns, 4, value.Unsigned)})
	return x.stamp(x.a.Struct(f, false), int64(sec), ns, nano)
}
