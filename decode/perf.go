package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// perfCustom names the decoders of performance events.
func perfCustom(name string) custom {
	switch name {
	case "perfAttr":
		return perfAttr
	case "perfPrograms":
		return perfPrograms
	}
	return nil
}

const (
	perfAttrLeast = 64  // PERF_ATTR_SIZE_VER0; a size of zero stands for it
	perfAttrKnown = 144 // up to config4
	perfAttrBrief = 48  // what is shown unless everything is asked for
	perfFreqBit   = 10  // freq: the period is a frequency
	perfSkidBit   = 15  // precise_ip, two bits
	perfNamedBits = 38
)

// perfBits names the bits of struct perf_event_attr from the lowest; precise_ip
// has two.
var perfBits = [perfNamedBits]string{
	"disabled", "inherit", "pinned", "exclusive", "exclude_user", "exclude_kernel", "exclude_hv", "exclude_idle",
	"mmap", "comm", "freq", "inherit_stat", "enable_on_exec", "task", "watermark", "precise_ip", "",
	"mmap_data", "sample_id_all", "exclude_host", "exclude_guest", "exclude_callchain_kernel", "exclude_callchain_user",
	"mmap2", "comm_exec", "use_clockid", "context_switch", "write_backward", "namespaces", "ksymbol", "bpf_event",
	"aux_output", "cgroup", "text_poke", "build_id", "inherit_thread", "remove_on_exec", "sigtrap",
}

var perfSkids = [...]string{"arbitrary skid", "constant skid", "requested to have 0 skid", "must have 0 skid"}

// perfAttr decodes struct perf_event_attr: what is counted and how it is sampled. A kernel
// that knows less writes the size it knows into it.
func perfAttr(x *context, w uint64) value.Value {
	at := abi.Addr(w)
	size, ok := x.load(at+4, 4)
	if !x.exit {
		x.keep(size, ok)
		v := x.perfAttr(at, size)
		if _, lost := v.(*value.Lost); lost || !ok {
			return x.a.Lost(at)
		}
		x.keepValue(v)
		return nil
	}
	s, decoded := x.keptValue().(*value.Struct)
	if before, _ := x.kept(); decoded && ok && size != before {
		s.Fields[1].Value = x.a.Change(s.Fields[1].Value, x.a.Flags(size, 4, uapi.PerfSizes))
	}
	return x.keptValue()
}

func (x *context) perfAttr(at abi.Addr, size uint64) value.Value {
	if size != 0 && size < perfAttrLeast || x.c.mode.Opaque {
		return x.a.Lost(at)
	}
	n := perfAttrBrief
	if x.c.mode.Verbose {
		n = int(min(max(size, perfAttrLeast), perfAttrKnown))
	}
	b := x.read(at, n)
	if b == nil {
		return x.a.Lost(at)
	}
	f := x.a.Fields(8 + perfNamedBits + len(perfTail))
	add := func(name string, v value.Value) { f = append(f, value.Field{Name: name, Value: v}) }

	bits := integer(b, 40, 8)
	period := "sample_period"
	if bits>>perfFreqBit&1 != 0 {
		period = "sample_freq"
	}
	add("type", x.a.Flags(integer(b, 0, 4), 4, uapi.PerfTypes))
	add("size", x.a.Flags(size, 4, uapi.PerfSizes))
	add("config", x.perfConfig(integer(b, 0, 4), integer(b, 8, 8)))
	add(period, x.a.Int(integer(b, 16, 8), 8, value.Unsigned))
	add("sample_type", x.a.Flags(integer(b, 24, 8), 8, uapi.PerfSamples))
	add("read_format", x.a.Flags(integer(b, 32, 8), 8, uapi.PerfReads))
	f = x.perfFlags(f, bits)
	if !x.c.mode.Verbose {
		return x.a.Struct(f, true)
	}
	return x.a.Struct(x.perfRest(f, x.padded(b, perfAttrKnown), len(b)), size > perfAttrKnown)
}

// perfFlags lists the bits that are set, or all when everything is asked for.
func (x *context) perfFlags(f []value.Field, bits uint64) []value.Field {
	for i, name := range perfBits {
		bit := bits >> i & 1
		switch {
		case i == perfSkidBit:
			skid := bits >> i & 3
			v := x.a.Note(x.a.Int(skid, 1, value.Unsigned), perfSkids[skid])
			f = append(f, value.Field{Name: name, Value: v})
		case name != "" && (bit != 0 || x.c.mode.Verbose):
			f = append(f, value.Field{Name: name, Value: x.a.Int(bit, 1, value.Unsigned)})
		}
	}
	if rest := bits >> perfNamedBits; rest != 0 {
		v := x.a.Note(x.a.Int(rest, 8, value.Hex), "Bits 63..38")
		f = append(f, value.Field{Name: "__reserved_1", Value: v})
	}
	return f
}

// Types of events whose configuration has names.
const (
	perfHardware   = 0
	perfSoftware   = 1
	perfTracepoint = 2
	perfHWCache    = 3
)

// perfShift is a value so many bits up in its word.
func (x *context) perfShift(v value.Value, bits uint64) value.Value {
	return x.a.Macro("<<", v, x.a.Int(bits, 1, value.Unsigned))
}

// perfCache decodes which operations on which cache are counted, and what has to come of them.
func (x *context) perfCache(parts []value.Value, config uint64) []value.Value {
	if rest := config >> 24; rest != 0 {
		parts = append(parts, x.perfShift(x.a.Int(rest, 1, value.Hex), 24))
	}
	return append(parts,
		x.perfShift(x.a.Or(x.a.Flags(config>>16&0xff, 1, uapi.PerfCacheResults)), 16),
		x.perfShift(x.a.Or(x.a.Flags(config>>8&0xff, 1, uapi.PerfCacheOps)), 8),
		x.a.Flags(config&0xff, 1, uapi.PerfCaches))
}

func (x *context) perfConfig(kind, config uint64) value.Value {
	parts := x.a.Values(5)
	if pmu := config >> 32; pmu != 0 {
		parts = append(parts, x.perfShift(x.a.Int(pmu, 4, value.Hex), 32))
	}
	switch kind {
	case perfHardware:
		return x.a.Or(append(parts, x.a.Flags(config&(1<<32-1), 4, uapi.PerfHardware))...)
	case perfSoftware:
		return x.a.Flags(config, 8, uapi.PerfSoftware)
	case perfTracepoint:
		return x.a.Int(config, 8, value.Unsigned)
	case perfHWCache:
		return x.a.Or(x.perfCache(parts, config&(1<<32-1))...)
	}
	return x.a.Int(config, 8, value.Hex)
}

// perfPrograms decodes struct perf_event_query_bpf: room for programs that are attached to
// an event and, at exit, those that are.
func perfPrograms(x *context, w uint64) value.Value {
	at := abi.Addr(w)
	room, ok := x.load(at, 4)
	if !x.exit {
		x.keep(room, ok)
		return nil
	}
	room, kept := x.kept()
	if !kept || x.c.mode.Opaque {
		return x.a.Ptr(at, nil)
	}
	f := append(x.a.Fields(3), value.Field{Name: "ids_len", Value: x.a.Int(room, 4, value.Unsigned)})
	n, ok := x.load(at+4, 4)
	if x.c.Result.Failed || !ok {
		return x.a.Struct(f, true)
	}
	f = append(f,
		value.Field{Name: "prog_cnt", Value: x.a.Int(n, 4, value.Unsigned)},
		value.Field{Name: "ids", Value: x.array(u32, n, at+8)})
	return x.a.Struct(f, false)
}
