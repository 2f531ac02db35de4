package syscalls

import "github.com/trapline/trapline/uapi"

// The commands that a userfaultfd understands, and those that a range registered with it
// does, are bits whose places are the commands' numbers.
var (
	faultAPI = &uapi.Set{Name: "userfaultfd commands", Unknown: "_UFFDIO_???", Flags: true, Consts: []uapi.Const{
		{Name: "1<<_UFFDIO_REGISTER", Value: 1 << 0},
		{Name: "1<<_UFFDIO_UNREGISTER", Value: 1 << 1},
		{Name: "1<<_UFFDIO_API", Value: 1 << 63},
	}}
	faultRange = &uapi.Set{Name: "userfaultfd commands of a range", Unknown: "1<<_UFFDIO_???", Flags: true, Consts: []uapi.Const{
		{Name: "1<<_UFFDIO_WAKE", Value: 1 << 2},
		{Name: "1<<_UFFDIO_COPY", Value: 1 << 3},
		{Name: "1<<_UFFDIO_ZEROPAGE", Value: 1 << 4},
		{Name: "1<<_UFFDIO_MOVE", Value: 1 << 5},
		{Name: "1<<_UFFDIO_WRITEPROTECT", Value: 1 << 6},
		{Name: "1<<_UFFDIO_CONTINUE", Value: 1 << 7},
		{Name: "1<<_UFFDIO_POISON", Value: 1 << 8},
	}}
)

// faultOps are the commands of descriptors that page faults come from.
func faultOps() []op {
	span := record("uffdio_range", fields{{Name: "start", Type: x64}, {Name: "len", Type: x64}})
	// within is a structure of a range, how it is treated, and what came of it.
	within := func(name string, modes *uapi.Set, rest ...Param) []Param {
		return argp(inout(record(name, append(fields{{Name: "range", Type: span}, {Name: "mode", Type: flagsOf(8, modes)}}, rest...))))
	}
	api := record("uffdio_api", fields{
		{Name: "api", Type: x64},
		{Name: "features", Type: flagsOf(8, uapi.FaultFeatures)},
		{Name: "ioctls", Type: flagsOf(8, faultAPI), Out: true},
	})
	duplicate := record("uffdio_copy", fields{
		{Name: "dst", Type: x64},
		{Name: "src", Type: x64},
		{Name: "len", Type: x64},
		{Name: "mode", Type: flagsOf(8, uapi.FaultCopyModes)},
		{Name: "copy", Type: x64, Out: true},
	})
	return []op{
		{"UFFDIO_API", argp(inout(api))},
		{"UFFDIO_COPY", argp(inout(duplicate))},
		{"UFFDIO_REGISTER", within("uffdio_register", uapi.FaultRegisterModes, Param{Name: "ioctls", Type: flagsOf(8, faultRange), Out: true})},
		{"UFFDIO_UNREGISTER", argp(in(span))},
		{"UFFDIO_WAKE", argp(in(span))},
		{"UFFDIO_ZEROPAGE", within("uffdio_zeropage", uapi.FaultZeroModes, Param{Name: "zeropage", Type: x64, Out: true})},
		{"UFFDIO_WRITEPROTECT", within("uffdio_writeprotect", uapi.FaultProtectModes)},
		{"UFFDIO_CONTINUE", within("uffdio_continue", uapi.FaultContinueModes, Param{Name: "mapped", Type: u64, Out: true})},
		{"UFFDIO_POISON", within("uffdio_poison", uapi.FaultPoisonModes, Param{Name: "updated", Type: u64, Out: true})},
	}
}
