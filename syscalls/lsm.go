package syscalls

import "github.com/trapline/trapline/uapi"

var lsmAttribute = enum(uapi.LSMAttributes)

// lsmSize is a size that the kernel changes even when it fails.
var lsmSize = Pointer{Elem: Custom{Name: "lsmSize"}, Dir: InOut}

var lsmCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "lsm_get_self_attr", Ret: count, Params: params{{Name: "attr", Type: lsmAttribute}, {Name: "ctx", Type: custom("lsmSelf", "size", string(Result), "flags")}, {Name: "size", Type: lsmSize}, {Name: "flags", Type: flags(uapi.LSMFlags)}}},
		{Name: "lsm_set_self_attr", Ret: zero, Params: params{{Name: "attr", Type: lsmAttribute}, {Name: "ctx", Type: in(Custom{Name: "lsmContext", Args: []string{"size"}})}, {Name: "size", Type: unum}, {Name: "flags", Type: hex}}},
		{Name: "lsm_list_modules", Ret: count, Params: params{{Name: "ids", Type: out(array(enumOf(8, uapi.LSMs), Result))}, {Name: "size", Type: lsmSize}, {Name: "flags", Type: hex}}},
	}
})
