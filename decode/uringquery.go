package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

const (
	uringQuerySize = 40 // of struct io_uring_query_hdr
	maxQueries     = 16 // that are followed
)

// uringQuery decodes struct io_uring_query_hdr and those it is linked to: the questions at
// entry, the answers at exit.
func uringQuery(x *context, w uint64) value.Value {
	if !x.exit {
		v := x.uringQuestion(abi.Addr(w), maxQueries)
		if _, lost := v.(*value.Lost); lost {
			return v
		}
		x.keepValue(v)
		return nil
	}
	x.uringAnswers(abi.Addr(w), x.keptValue(), maxQueries)
	return x.keptValue()
}

// uringQuestion decodes a question and those behind it. Where an answer belongs stands
// the address of its buffer.
func (x *context) uringQuestion(at abi.Addr, left int) value.Value {
	b := x.read(at, uringQuerySize)
	if b == nil || left == 0 || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	s := x.record(uringQueryHead, b, at).(*value.Struct)
	f := append(x.a.Fields(len(s.Fields)+2), s.Fields...)
	if data, size := integer(b, 8, 8), integer(b, 20, 4); data != 0 && size != 0 {
		f = append(f, value.Field{Name: "query_data", Value: x.a.Ptr(abi.Addr(data), nil)})
	}
	next := x.pointed(integer(b, 0, 8), func(at abi.Addr) value.Value { return x.uringQuestion(at, left-1) })
	return x.a.Struct(append(f, value.Field{Name: "next_entry", Value: next}), false)
}

// uringAnswers puts the answers in their places.
func (x *context) uringAnswers(at abi.Addr, question value.Value, left int) {
	if p, ok := question.(*value.Ptr); ok {
		question = p.To
	}
	s, ok := question.(*value.Struct)
	b := x.read(at, uringQuerySize)
	if !ok || b == nil || left == 0 {
		return
	}
	last := len(s.Fields) - 1
	if data, ok := s.Fields[last-1].Value.(*value.Ptr); ok {
		s.Fields[last-1].Value = x.uringAnswer(data.Addr, integer(b, 16, 4))
	}
	x.uringAnswers(abi.Addr(integer(b, 0, 8)), s.Fields[last].Value, left-1)
}

// uringAnswer decodes what was found out.
func (x *context) uringAnswer(at abi.Addr, query uint64) value.Value {
	if query >= uint64(len(uringReplies)) {
		return x.a.Ptr(at, nil)
	}
	if v, ok := x.recordAt(uringReplies[query], at).(*value.Struct); ok {
		return v
	}
	return x.a.Ptr(at, nil)
}

var uringQueryHead = &syscalls.Record{Name: "io_uring_query_hdr", Order: []string{"query_data", "query_op", "size", "result", "__resv"}, Fields: []syscalls.Param{
	{Name: "next_entry", Type: addr64},
	{Name: "query_data", Type: addr64},
	{Name: "query_op", Type: syscalls.Bits{Width: 4, Set: uapi.UringQueries}},
	{Name: "size", Type: u32},
	{Name: "result", Type: s32},
	{Name: "__resv", Type: syscalls.Array{Elem: x32, Count: 3}, Spare: true},
}}

// uringReplies are the structures by query.
var uringReplies = [...]*syscalls.Record{
	{Name: "io_uring_query_opcode", Fields: []syscalls.Param{
		{Name: "nr_request_opcodes", Type: u32},
		{Name: "nr_register_opcodes", Type: u32},
		{Name: "feature_flags", Type: syscalls.Bits{Width: 8, Set: uapi.UringFeatures}},
		{Name: "ring_setup_flags", Type: syscalls.Bits{Width: 8, Set: uapi.UringSetup}},
		{Name: "enter_flags", Type: syscalls.Bits{Width: 8, Set: uapi.UringEnter}},
		{Name: "sqe_flags", Type: syscalls.Bits{Width: 8, Set: uapi.UringEntryFlags}},
		{Name: "nr_query_opcodes", Type: u32},
		{Name: "__pad", Type: x32, Spare: true},
	}},
	{Name: "io_uring_query_zcrx", Fields: []syscalls.Param{
		{Name: "register_flags", Type: syscalls.Bits{Width: 8, Set: uapi.ZCRXFlags}},
		{Name: "area_flags", Type: syscalls.Bits{Width: 8, Set: uapi.ZCRXAreaFlags}},
		{Name: "nr_ctrl_opcodes", Type: u32},
		{Name: "features", Type: x32},
		{Name: "rq_hdr_size", Type: u32},
		{Name: "rq_hdr_alignment", Type: u32},
		{Name: "__resv2", Type: x64, Spare: true},
	}},
	{Name: "io_uring_query_scq", Fields: []syscalls.Param{
		{Name: "hdr_size", Type: u64},
		{Name: "hdr_alignment", Type: u64},
	}},
	{Name: "io_uring_query_zcrx_event", Fields: []syscalls.Param{
		{Name: "event_flags", Type: x32},
		{Name: "stats_size", Type: u32},
		{Name: "stats_off_alignment", Type: u32},
		{Name: "__resv1", Type: x32, Spare: true},
		{Name: "__resv2", Type: syscalls.Array{Elem: x64, Count: 4}, Spare: true},
	}},
}
