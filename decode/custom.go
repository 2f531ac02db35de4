package decode

import (
	"maps"
	"sync/atomic"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// A custom decodes what no data in the table describes. It gets the integer or
// the address and returns its value. Nil at entry means that only the exit can
// tell: it is called again then, and every parameter behind it waits too. Nil at
// exit means that the parameter is not shown. A Change that is Apart, returned at
// entry, asks for the second half at exit.
type custom func(x *context, w uint64) value.Value

// custom runs the decoder that t names.
func (x *context) custom(t *syscalls.Custom, w uint64) value.Value {
	d := find(t.Name)
	if d == nil {
		return x.a.Ptr(abi.Addr(x.abi.TruncateWord(w)), nil)
	}
	if t.Width != 0 {
		w = truncate(w, t.Width.Bytes(x.abi))
	} else {
		w = x.abi.TruncateWord(w)
	}
	outer := x.args
	x.args = t.Args
	v := d(x, w)
	x.args = outer
	return v
}

// known is the decoders found so far, by name. It is replaced, never changed:
// programs use few kinds of calls, so that this soon ends.
var known atomic.Pointer[map[string]custom]

// find returns the decoder of that name, nil when there is none.
func find(name string) custom {
	old := known.Load()
	if old == nil {
		old = &map[string]custom{}
	}
	if d, ok := (*old)[name]; ok {
		return d
	}
	d := search(name)
	m := maps.Clone(*old)
	m[name] = d
	known.Store(&m)
	return d
}

// search asks each subsystem for the decoder. They list theirs in their own file,
// as a switch: it costs nothing before it is used.
func search(name string) custom {
	for _, family := range [...]func(string) custom{
		fileCustom,
		ioctlCustom,
		deviceCustom,
		ptpCustom,
		btrfsCustom,
		mapperCustom,
		scsiCustom,
		kdCustom,
		evdevCustom,
		v4l2Custom,
		kvmCustom,
		teeCustom,
		attributeCustom,
		aioCustom,
		uringCustom,
		notifyCustom,
		signalCustom,
		memoryCustom,
		processCustom,
		ptraceCustom,
		perfCustom,
		prctlCustom,
		miscCustom,
		bpfCustom,
		schedCustom,
		credsCustom,
		fsmountCustom,
		quotaCustom,
		lsmCustom,
		namespaceCustom,
		readdirCustom,
		pollCustom,
		timeCustom,
		futexCustom,
		netCustom,
		ipcCustom,
		muxCustom,
		keyCustom,
	} {
		if d := family(name); d != nil {
			return d
		}
	}
	return nil
}
