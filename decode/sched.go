package decode

import (
	"math/bits"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// schedCustom names the decoders of scheduling.
func schedCustom(name string) custom {
	switch name {
	case "schedPolicy":
		return schedPolicy
	case "schedPolicyName":
		return schedPolicyName
	case "schedAttrSet":
		return schedAttrSet
	case "schedAttrGot":
		return schedAttrGot
	case "cpuset":
		return cpuset
	case "ioprio":
		return ioprio
	}
	return nil
}

// resetOnFork is SCHED_RESET_ON_FORK.
const resetOnFork = 0x40000000

// schedPolicy decodes a scheduling policy: a flag and one of several.
func schedPolicy(x *context, w uint64) value.Value {
	policy := x.a.Flags(w&^resetOnFork, 4, uapi.SchedPolicies)
	_, known := uapi.SchedPolicies.Find(w &^ resetOnFork)
	switch {
	case w&resetOnFork == 0 || w>>31 != 0:
		return x.a.Flags(w, 4, uapi.SchedPolicies)
	case !known:
		return x.a.Flags(w, 4, uapi.SchedPolicyFlags)
	}
	return x.a.Or(x.a.Flags(resetOnFork, 4, uapi.SchedPolicyFlags), policy)
}

// schedPolicyName explains a result that is a scheduling policy.
func schedPolicyName(x *context, w uint64) value.Value {
	name, known := uapi.SchedPolicies.Find(w &^ resetOnFork)
	if w&resetOnFork == 0 || !known {
		return x.spelled(w, uapi.SchedPolicies)
	}
	return x.a.Macro(text(append(append(x.a.Bytes(64), "SCHED_RESET_ON_FORK|"...), name...)))
}

// spelled is w in names whatever the style, as explanations of results are.
func (x *context) spelled(w uint64, set *uapi.Set) value.Value {
	b, rest := set.AppendNames(x.a.Bytes(128), w)
	if rest != 0 || len(b) == 0 {
		return x.a.Flags(w, 4, set)
	}
	return x.a.Macro(text(b))
}

// maxCPUBytes is how much of a set of processors is shown.
const maxCPUBytes = 128

// cpuset decodes a set of processors of as many bytes as the sibling says.
func cpuset(x *context, w uint64) value.Value {
	size := x.arg(0)
	n := int(min(size, maxCPUBytes))
	b := x.read(abi.Addr(w), n)
	if b == nil && n > 0 || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	elems := x.a.Values(countBits(b))
	for i, c := range b {
		for ; c != 0; c &= c - 1 {
			elems = append(elems, x.a.Int(uint64(8*i+bits.TrailingZeros8(c)), 4, value.Unsigned))
		}
	}
	return x.a.Array(elems, size > maxCPUBytes, value.Members)
}

func countBits(b []byte) (n int) {
	for _, c := range b {
		n += bits.OnesCount8(c)
	}
	return n
}

// ioprio decodes an I/O priority: a class and a level within it.
func ioprio(x *context, w uint64) value.Value {
	const classShift = 13
	return x.a.Macro("IOPRIO_PRIO_VALUE",
		x.a.Flags(w>>classShift, 4, uapi.IoprioClasses),
		x.a.Int(w&(1<<classShift-1), 4, value.Unsigned))
}

const (
	schedAttrLeast = 48 // SCHED_ATTR_SIZE_VER0
	schedAttrKnown = 56 // SCHED_ATTR_SIZE_VER1

	schedKeepPolicy = 0x08 // SCHED_FLAG_KEEP_POLICY
	schedKeepParams = 0x10 // SCHED_FLAG_KEEP_PARAMS

	errTooBig = 7 // E2BIG
)

// schedAttrGot decodes the struct sched_attr that sched_getattr has filled in.
func schedAttrGot(x *context, w uint64) value.Value {
	size, ok := x.load(abi.Addr(w), 4)
	if !ok || x.c.mode.Opaque {
		return x.a.Lost(abi.Addr(w))
	}
	return x.schedAttr(abi.Addr(w), size)
}

// schedAttrSet decodes the struct sched_attr that sched_setattr takes. The kernel
// writes the size it knows into one that is too large.
func schedAttrSet(x *context, w uint64) value.Value {
	at := abi.Addr(w)
	if !x.exit {
		change := x.a.Change(x.schedAttrAt(at), nil)
		change.Apart = true
		return change
	}
	size, ok := x.load(at, 4)
	if at == 0 || !ok || x.c.mode.Opaque || x.c.Result.Errno() != errTooBig {
		return nil
	}
	return x.a.Struct(append(x.a.Fields(1), value.Field{Name: "size", Value: x.a.Int(size, 4, value.Unsigned)}), false)
}

// schedAttrAt decodes the struct sched_attr at an address, whose size stands first.
func (x *context) schedAttrAt(at abi.Addr) value.Value {
	if at == 0 || x.c.mode.Opaque {
		return x.a.Ptr(at, nil)
	}
	size, ok := x.load(at, 4)
	if !ok {
		return x.a.Lost(at)
	}
	return x.a.Ptr(at, x.schedAttr(at, size))
}

// schedAttr decodes a struct sched_attr of that size; zero stands for the least.
func (x *context) schedAttr(at abi.Addr, size uint64) value.Value {
	f := append(x.a.Fields(10), value.Field{Name: "size", Value: x.a.Int(size, 4, value.Unsigned)})
	if size != 0 && size < schedAttrLeast {
		return x.a.Struct(f, false)
	}
	known := schedAttrLeast
	if size >= schedAttrKnown {
		known = schedAttrKnown
	}
	b := x.read(at, known)
	if b == nil {
		return x.a.Lost(at)
	}
	return x.a.Struct(x.schedFields(f, b), size > schedAttrKnown)
}

// schedFields lists the fields that the flags do not leave as they are.
func (x *context) schedFields(f []value.Field, b []byte) []value.Field {
	add := func(name string, v value.Value) { f = append(f, value.Field{Name: name, Value: v}) }
	number := func(name string, off, size int) { add(name, x.a.Int(integer(b, off, size), size, value.Unsigned)) }

	flags := integer(b, 8, 8)
	if flags&(schedKeepPolicy|schedKeepParams) == 0 {
		add("sched_policy", x.a.Flags(integer(b, 4, 4), 4, uapi.SchedPolicies))
	}
	add("sched_flags", x.a.Flags(flags, 8, uapi.SchedFlags))
	if flags&schedKeepParams == 0 {
		add("sched_nice", x.a.Int(integer(b, 16, 4), 4, value.Signed))
		number("sched_priority", 20, 4)
		number("sched_runtime", 24, 8)
		number("sched_deadline", 32, 8)
		number("sched_period", 40, 8)
	}
	if len(b) >= schedAttrKnown {
		number("sched_util_min", 48, 4)
		number("sched_util_max", 52, 4)
	}
	return f
}
