package decode

import (
	"strconv"

	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// perfFacts are what the rest of struct perf_event_attr depends on.
type perfFacts struct {
	kind    uint64 // type
	samples uint64 // sample_type
	bits    uint64
}

// Facts that decide which fields there are.
const (
	perfBreakpoint  = 5       // PERF_TYPE_BREAKPOINT
	perfBranchStack = 1 << 11 // PERF_SAMPLE_BRANCH_STACK
	perfStackUser   = 1 << 13 // PERF_SAMPLE_STACK_USER
	perfWatermark   = 1 << 14 // watermark
	perfUseClock    = 1 << 25 // use_clockid
)

func perfWakesByBytes(p *perfFacts) bool  { return p.bits&perfWatermark != 0 }
func perfWakesByEvents(p *perfFacts) bool { return p.bits&perfWatermark == 0 }
func perfBreaks(p *perfFacts) bool        { return p.kind == perfBreakpoint }
func perfCounts(p *perfFacts) bool        { return p.kind != perfBreakpoint }
func perfBranches(p *perfFacts) bool      { return p.samples&perfBranchStack != 0 }
func perfStacks(p *perfFacts) bool        { return p.samples&perfStackUser != 0 }
func perfClocks(p *perfFacts) bool        { return p.bits&perfUseClock != 0 }

// perfTail is the fields of struct perf_event_attr behind its bits.
var perfTail = [...]struct {
	name string
	at   int
	kind syscalls.Bits
	when func(*perfFacts) bool // nil: always
}{
	{"wakeup_watermark", 48, u32, perfWakesByBytes},
	{"wakeup_events", 48, u32, perfWakesByEvents},
	{"bp_type", 52, syscalls.Bits{Width: 4, Form: value.Hex, Set: uapi.Breakpoints}, perfBreaks},
	{"bp_addr", 56, x64, perfBreaks},
	{"config1", 56, x64, perfCounts},
	{"bp_len", 64, u64, perfBreaks},
	{"config2", 64, x64, perfCounts},
	{"branch_sample_type", 72, syscalls.Bits{Width: 8, Form: value.Hex, Set: uapi.PerfBranches}, perfBranches},
	{"sample_regs_user", 80, x64, nil},
	{"sample_stack_user", 88, x32, perfStacks},
	{"clockid", 92, syscalls.Bits{Width: 4, Form: value.Hex, Set: uapi.Clocks}, perfClocks},
	{"sample_regs_intr", 96, x64, nil},
	{"aux_watermark", 104, u32, nil},
	{"sample_max_stack", 108, u16, nil},
	{"aux_sample_size", 112, u32, nil},
	{"aux_action", 116, u32, nil},
	{"sig_data", 120, x64, nil},
	{"config3", 128, x64, nil},
	{"config4", 136, x64, nil},
}

// perfAuxBits names the bits of aux_action.
var perfAuxBits = [...]string{"aux_start_paused", "aux_pause", "aux_resume"}

// perfRest lists the fields behind the bits that begin within n bytes.
func (x *context) perfRest(f []value.Field, b []byte, n int) []value.Field {
	p := perfFacts{integer(b, 0, 4), integer(b, 24, 8), integer(b, 40, 8)}
	for i := range perfTail {
		t := &perfTail[i]
		size := t.kind.Size(x.abi)
		switch {
		case t.at >= n:
			return f
		case t.when != nil && !t.when(&p):
		case t.name == "sample_max_stack":
			f = append(f, value.Field{Name: t.name, Value: x.perfStackDepth(b)})
		case t.name == "aux_action":
			f = x.perfAux(f, integer(b, t.at, size))
		default:
			f = append(f, value.Field{Name: t.name, Value: x.scalar(t.kind, integer(b, t.at, size))})
		}
	}
	return f
}

// perfAux lists the bits of aux_action.
func (x *context) perfAux(f []value.Field, bits uint64) []value.Field {
	for i, name := range perfAuxBits {
		f = append(f, value.Field{Name: name, Value: x.a.Int(bits>>i&1, 1, value.Unsigned)})
	}
	if rest := bits >> len(perfAuxBits); rest != 0 {
		v := x.a.Note(x.a.Int(rest, 4, value.Hex), "Bits 931..959")
		f = append(f, value.Field{Name: "__reserved_3", Value: v})
	}
	return f
}

// perfStackDepth is sample_max_stack, with the bytes behind it if they are not zero.
func (x *context) perfStackDepth(b []byte) value.Value {
	const at = 108
	v := x.a.Int(integer(b, at, 2), 2, value.Unsigned)
	behind := integer(b, at+2, 2)
	if behind == 0 {
		return v
	}
	note := append(x.a.Bytes(32), "bytes 110..111: 0x"...)
	return x.a.Note(v, text(strconv.AppendUint(note, behind, 16)))
}
