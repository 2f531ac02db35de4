package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// dedupeHead is the size of struct file_dedupe_range without its targets.
const dedupeHead = 24

// Targets of FIDEDUPERANGE: struct file_dedupe_range_info as it is asked for and as it is
// answered.
var (
	dedupeWish = &syscalls.Record{Name: "file_dedupe_range_info", Fields: []syscalls.Param{
		{Name: "dest_fd", Type: syscalls.Custom{Name: "fd64", Width: 8}},
		{Name: "dest_offset", Type: u64},
		{Type: unseen(u64)},
		{Type: unseen(u64)},
	}}
	dedupeAnswer = &syscalls.Record{Name: "file_dedupe_range_info", Fields: []syscalls.Param{
		{Type: unseen(u64)},
		{Type: unseen(u64)},
		{Name: "bytes_deduped", Type: u64},
		{Name: "status", Type: s32},
		{Type: unseen(u32)},
	}}
)

// dedupeFew is how many targets are shown unless everything is asked for.
const dedupeFew = 2

// dedupeShown returns how many of n targets are shown.
func (x *context) dedupeShown(n uint64) uint64 {
	if x.c.mode.Verbose {
		return n
	}
	return min(n, dedupeFew)
}

// dedupe decodes struct file_dedupe_range: a range of a file, and the ranges of others that
// may be the same.
func dedupe(x *context, w uint64) value.Value {
	at := abi.Addr(w)
	b := x.read(at, dedupeHead)
	if b == nil || x.c.mode.Opaque || at == 0 {
		if x.exit {
			return nil
		}
		return x.a.Ptr(at, nil)
	}
	n := integer(b, 16, 2)
	if x.exit {
		return x.dedupeFound(at+dedupeHead, n)
	}
	f := append(x.a.Fields(5),
		value.Field{Name: "src_offset", Value: x.a.Int(integer(b, 0, 8), 8, value.Unsigned)},
		value.Field{Name: "src_length", Value: x.a.Int(integer(b, 8, 8), 8, value.Unsigned)},
		value.Field{Name: "dest_count", Value: x.a.Int(n, 2, value.Unsigned)},
		value.Field{Name: "info", Value: x.dedupeTargets(dedupeWish, at+dedupeHead, n)})
	change := x.a.Change(x.a.Struct(f, false), nil)
	change.Apart = true
	return change
}

// dedupeFound decodes what became of the targets; nil when that is not known.
func (x *context) dedupeFound(at abi.Addr, n uint64) value.Value {
	size := uint64(dedupeAnswer.Size(x.abi))
	_, first := x.load(at, 1)
	if _, all := x.load(at+abi.Addr(x.dedupeShown(n)*size)-1, 1); x.c.Result.Failed || n == 0 || !first || !all {
		return nil
	}
	return x.only("info", x.dedupeTargets(dedupeAnswer, at, n))
}

func (x *context) dedupeTargets(r *syscalls.Record, at abi.Addr, n uint64) value.Value {
	shown := x.dedupeShown(n)
	v := x.array(r, shown, at)
	if list, ok := v.(*value.Array); ok && len(list.Elems) > 0 {
		_, torn := list.Elems[len(list.Elems)-1].(*value.Note)
		list.More = list.More || shown < n && !torn
	}
	return v
}
