package decode

import (
	"strconv"
	"sync"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// ptraceCustom names the decoders of ptrace's requests.
func ptraceCustom(name string) custom {
	switch name {
	case "userOffset":
		return userOffset
	case "userRegisters":
		return userRegisters
	case "fpRegisters":
		return fpRegisters
	case "ptraceSignal":
		return ptraceSignal
	case "filterMetadata":
		return filterMetadata
	case "registersGot":
		return registersGot
	case "registersSet":
		return registersSet
	case "syscallInfo":
		return syscallInfo
	}
	return nil
}

// ptraceSignal decodes the signal that a task is resumed with.
func ptraceSignal(x *context, w uint64) value.Value { return x.a.Flags(w, 4, uapi.Signals) }

// userRegisters decodes struct user_regs_struct.
func userRegisters(x *context, w uint64) value.Value {
	size := x.registersSize()
	b := x.read(abi.Addr(w), size)
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	return x.registers(b, size)
}

// i386Name is the name that a register has in the kernel's structure: that of a segment is
// another than its own.
func i386Name(register string) string {
	switch register {
	case "ds":
		return "xds"
	case "es":
		return "xes"
	case "fs":
		return "xfs"
	case "gs":
		return "xgs"
	case "cs":
		return "xcs"
	case "ss":
		return "xss"
	}
	return register
}

// registersABI is the ABI whose registers a task of this one looks at.
func (x *context) registersABI() *abi.ABI {
	if x.abi == abi.X32 {
		return abi.AMD64
	}
	return x.abi
}

func (x *context) registersSize() (n int) {
	for _, r := range x.registersABI().Regs {
		n += r.Size
	}
	return n
}

// registers decodes those registers that b holds whole. More than all of them is
// shown as more.
func (x *context) registers(b []byte, size int) *value.Struct {
	a := x.registersABI()
	f, at := x.a.Fields(len(a.Regs)), 0
	for _, r := range a.Regs {
		if at+r.Size > len(b) {
			break
		}
		name := r.Name
		if a == abi.I386 {
			name = i386Name(name)
		}
		f = append(f, value.Field{Name: name, Value: x.a.Int(integer(b, at, r.Size), r.Size, value.Hex)})
		at += r.Size
	}
	return x.a.Struct(f, size > x.registersSize())
}

const (
	generalRegisters = 1 // NT_PRSTATUS
	fpRegisterSet    = 2 // NT_FPREGSET
	userAreaEnd      = 912
)

// registersSet decodes the struct iovec of PTRACE_SETREGSET and what it holds.
func registersSet(x *context, w uint64) value.Value {
	at := abi.Addr(w)
	base, size, ok := x.registerBuffer(at)
	switch {
	case at == 0:
		return x.a.Ptr(at, nil)
	case !ok || x.c.mode.Opaque:
		return x.a.Lost(at)
	}
	length := x.a.Int(size, x.abi.Word, value.Unsigned)
	return x.a.Ptr(at, x.registerIovec(base, size, length))
}

// registersGot decodes the struct iovec of PTRACE_GETREGSET: the kernel has filled
// it and has written how much there was.
func registersGot(x *context, w uint64) value.Value {
	at := abi.Addr(w)
	base, size, ok := x.registerBuffer(at)
	switch {
	case at == 0:
		return x.a.Ptr(at, nil)
	case !ok || x.c.mode.Opaque:
		return x.a.Lost(at)
	case !x.exit:
		x.keep(size, true)
		return nil
	}
	var length value.Value = x.a.Int(size, x.abi.Word, value.Unsigned)
	if before, had := x.kept(); had && before != size {
		change := x.a.Change(x.a.Int(before, x.abi.Word, value.Unsigned), length)
		change.Apart = true
		length = change
	}
	if x.c.Result.Failed {
		size = 0
	}
	return x.a.Ptr(at, x.registerIovec(base, size, length))
}

// registerBuffer reads a struct iovec.
func (x *context) registerBuffer(at abi.Addr) (base, size uint64, ok bool) {
	word := x.abi.Word
	b := x.read(at, 2*word)
	return integer(b, 0, word), integer(b, word, word), b != nil
}

func (x *context) registerIovec(base, size uint64, length value.Value) value.Value {
	var content value.Value = x.a.Int(base, x.abi.Word, value.Address)
	if size%uint64(x.registersABI().Word) == 0 {
		if v := x.registerSet(abi.Addr(base), int(min(size, maxRead))); v != nil {
			content = v
		}
	}
	return x.a.Struct(append(x.a.Fields(2),
		value.Field{Name: "iov_base", Value: content},
		value.Field{Name: "iov_len", Value: length}), false)
}

// registerSet decodes size bytes of the set of registers that the sibling names;
// nil when that is not known or too little.
func (x *context) registerSet(at abi.Addr, size int) value.Value {
	switch set := x.arg(0); {
	case size == 0:
		return nil
	case set == generalRegisters:
		b := x.read(at, min(size, x.registersSize()))
		if len(b) >= x.registersABI().Regs[0].Size {
			return x.registers(b, size)
		}
	case set == fpRegisterSet:
		r := fpRegs(x.abi)
		if r == nil {
			return nil
		}
		if b := x.read(at, min(size, r.Size(x.abi))); b != nil {
			v := x.wholeFields(r, b, at)
			if s, ok := v.(*value.Struct); ok {
				s.More = size > r.Size(x.abi)
			}
			return v
		}
	}
	return nil
}

// wholeFields decodes those fields of a structure, and elements of arrays, that b holds whole;
// nil when there are none.
func (x *context) wholeFields(r *syscalls.Record, b []byte, at abi.Addr) value.Value {
	s, ok := x.record(r, x.padded(b, r.Size(x.abi)), at).(*value.Struct)
	if !ok {
		return nil
	}
	end := 0
	for i := range s.Fields {
		t := r.Fields[i].Type
		end = alignUp(end, t.Align(x.abi))
		if list, ok := t.(syscalls.Array); ok && end+t.Size(x.abi) > len(b) {
			if n := (len(b) - end) / list.Elem.Size(x.abi); n > 0 {
				s.Fields[i].Value = x.elements(list.Elem, n, b[end:], at+abi.Addr(end))
				i++
			}
			s.Fields = s.Fields[:i]
			break
		}
		if end += t.Size(x.abi); end > len(b) {
			s.Fields = s.Fields[:i]
			break
		}
	}
	if len(s.Fields) == 0 {
		return nil
	}
	return s
}

// filterMetadata decodes struct seccomp_metadata: which filter is asked about and, when the
// call has succeeded, its flags.
func filterMetadata(x *context, w uint64) value.Value {
	const size = 16
	room := x.arg(0)
	if !x.exit {
		return nil
	}
	b := x.readSome(abi.Addr(w), int(min(room, size)))
	if room < 8 || len(b) < 8 || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	f := append(x.a.Fields(2), value.Field{Name: "filter_off", Value: x.a.Int(integer(b, 0, 8), 8, value.Unsigned)})
	if !x.c.Result.Failed && len(b) == size {
		f = append(f, value.Field{Name: "flags", Value: x.a.Flags(integer(b, 8, 8), 8, uapi.SeccompFilterFlags)})
	}
	return x.a.Struct(f, false)
}

// A userPlace is a place of struct user, as C writes it.
type userPlace struct {
	at   uint64
	name string
}

// userArea names the places of struct user of x86-64, which all its ABIs use.
var userArea = sync.OnceValue(func() []userPlace {
	names := [...]string{
		"R15", "R14", "R13", "R12", "RBP", "RBX", "R11", "R10", "R9", "R8", "RAX", "RCX", "RDX", "RSI",
		"RDI", "ORIG_RAX", "RIP", "CS", "EFL", "RSP", "SS",
	}
	places := make([]userPlace, 0, len(names)+16)
	for i, name := range names {
		places = append(places, userPlace{uint64(8 * i), "8*" + name})
	}
	for _, p := range [...]userPlace{
		{216, "u_fpvalid"}, {224, "i387"}, {736, "u_tsize"}, {744, "u_dsize"}, {752, "u_ssize"},
		{760, "start_code"}, {768, "start_stack"}, {776, "signal"}, {784, "reserved"}, {792, "u_ar0"},
		{800, "u_fpstate"}, {808, "magic"}, {816, "u_comm"}, {848, "u_debugreg"},
	} {
		places = append(places, userPlace{p.at, "offsetof(struct user, " + p.name + ")"})
	}
	return places
})

// userOffset decodes an offset into struct user.
func userOffset(x *context, w uint64) value.Value {
	if x.abi.Arch == "x86" && w == userAreaEnd {
		return x.userPlace("sizeof(struct user)", w)
	}
	if x.abi.Arch != "x86" || w >= userAreaEnd {
		return x.a.Int(w, x.abi.Word, value.Address)
	}
	places := userArea()
	place := places[0]
	for _, p := range places {
		if p.at <= w {
			place = p
		}
	}
	if w == place.at {
		return x.userPlace(place.name, w)
	}
	return x.userPlace(x.offsetText(place.name, w-place.at), w)
}

// userPlace names an offset.
func (x *context) userPlace(name string, w uint64) value.Value {
	m := x.a.Macro(name)
	m.Number = x.a.Int(w, x.abi.Word, value.Address)
	return m
}

// offsetText writes NAME+4.
func (x *context) offsetText(name string, n uint64) string {
	b := append(append(x.a.Bytes(len(name)+22), name...), '+')
	return text(strconv.AppendUint(b, n, 10))
}

// syscallInfoFields are the fields of struct ptrace_syscall_info before the part
// that its op decides.
var syscallInfoFields = syscalls.Record{Name: "ptrace_syscall_info", Fields: []syscalls.Param{
	{Name: "op", Type: syscalls.Bits{Width: 1, Form: value.Hex, Set: uapi.SyscallStops}},
	{Name: "reserved", Type: x8, Spare: true},
	{Name: "flags", Type: x16, Spare: true},
	{Name: "arch", Type: syscalls.Bits{Width: 4, Form: value.Hex, Set: uapi.AuditArchs}},
	{Name: "instruction_pointer", Type: syscalls.Bits{Width: 8, Form: value.Address}},
	{Name: "stack_pointer", Type: syscalls.Bits{Width: 8, Form: value.Address}},
}}

const (
	syscallInfoHead = 24 // up to the part that op decides
	syscallInfoSize = 88
	infoEntry       = 1
	infoExit        = 2
	infoSeccomp     = 3
	infoFilterData  = 80 // ret_data
)

// syscallInfo decodes as much of struct ptrace_syscall_info as both the caller and
// the kernel have.
func syscallInfo(x *context, w uint64) value.Value {
	n := min(x.arg(0), x.arg(1), syscallInfoSize)
	if n == 0 {
		return x.a.Lost(abi.Addr(w))
	}
	b := x.read(abi.Addr(w), int(n))
	if b == nil || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	all := x.padded(b, syscallInfoSize)
	f, at := x.a.Fields(7), 0
	for i := range syscallInfoFields.Fields {
		p := &syscallInfoFields.Fields[i]
		size := p.Type.Size(x.abi)
		at = alignUp(at, size)
		if at >= len(b) {
			return x.a.Struct(f, false)
		}
		if w := integer(all, at, size); w != 0 || !p.Spare {
			f = append(f, value.Field{Name: p.Name, Value: x.scalar(p.Type, w)})
		}
		at += size
	}
	if len(b) <= syscallInfoHead {
		return x.a.Struct(f, false)
	}
	switch b[0] {
	case infoEntry:
		f = x.infoField(f, "entry", x.infoEntry(b[syscallInfoHead:], integer(b, 4, 4)))
	case infoSeccomp:
		part := x.infoEntry(b[syscallInfoHead:], integer(b, 4, 4))
		if len(b) >= infoFilterData+4 {
			data := x.a.Int(integer(all, infoFilterData, 4), 4, value.Unsigned)
			part = append(append(x.a.Fields(3), part...), value.Field{Name: "ret_data", Value: data})
		}
		f = x.infoField(f, "seccomp", part)
	case infoExit:
		f = x.infoField(f, "exit", x.infoExit(b[syscallInfoHead:]))
	}
	return x.a.Struct(f, false)
}

// infoField adds a part unless nothing of it is there.
func (x *context) infoField(f []value.Field, name string, part []value.Field) []value.Field {
	if len(part) == 0 {
		return f
	}
	return append(f, value.Field{Name: name, Value: x.a.Struct(part, false)})
}

func (x *context) infoEntry(b []byte, arch uint64) []value.Field {
	if len(b) < 8 {
		return nil
	}
	nr := integer(b, 0, 8)
	f := append(x.a.Fields(2), value.Field{Name: "nr", Value: x.callNumber(nr, uint32(arch))})
	args := x.a.Values(abi.MaxArgs)
	for at := 8; at+8 <= len(b) && len(args) < abi.MaxArgs; at += 8 {
		args = append(args, x.a.Int(integer(b, at, 8), 8, value.Hex))
	}
	if len(args) == 0 {
		return f
	}
	return append(f, value.Field{Name: "args", Value: x.a.Array(args, false, value.List)})
}

// callNumber names the number of a call of the ABI that an architecture has.
func (x *context) callNumber(nr uint64, arch uint32) value.Value {
	a := abi.Of(arch, nr)
	if a == nil || a.Arch != x.abi.Arch {
		return x.a.Int(nr, 8, value.Unsigned)
	}
	row := syscalls.For(a).Row(nr)
	if row == nil {
		return x.a.Int(nr, 8, value.Hex)
	}
	if a != x.abi {
		return x.a.Flags(nr, 8, &uapi.Set{Name: "system call numbers", Unknown: row.Name})
	}
	b := append(x.a.Bytes(len("__NR_")+len(row.Name)), "__NR_"...)
	m := x.a.Macro(text(append(b, row.Name...)))
	m.Number = x.a.Int(nr, 8, value.Unsigned)
	return m
}

func (x *context) infoExit(b []byte) []value.Field {
	if len(b) < 8 {
		return nil
	}
	rval := integer(b, 0, 8)
	if len(b) == 8 {
		return append(x.a.Fields(1), value.Field{Name: "rval", Value: x.a.Int(rval, 8, value.Signed)})
	}
	result := value.Value(x.a.Int(rval, 8, value.Signed))
	if name, ok := uapi.Errnos.Find(-rval); ok && b[8] != 0 {
		result = x.a.Macro(text(append(append(x.a.Bytes(1+len(name)), '-'), name...)))
	}
	return append(x.a.Fields(2),
		value.Field{Name: "rval", Value: result},
		value.Field{Name: "is_error", Value: x.a.Int(uint64(b[8]), 1, value.Unsigned)})
}
