package syscalls

import "github.com/trapline/trapline/uapi"

var lsmAttribute = enum(uapi.LSMAttributes)

var lsmCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "lsm_get_self_attr", Ret: count, Params: params{{Name: "attr", Type: lsmAttribute}, {Name: "ctx", Type: out(Custom{Name: "lsmContexts", Args: []string{"size", string(Result)}})}, {Name: "size", Type: inout(unum)}, {Name: "flags", Type: flags(uapi.LSMFlags)}}},
		{Name: "lsm_set_self_attr", Ret: zero, Params: params{{Name: "attr", Type: lsmAttribute}, {Name: "ctx", Type: in(Custom{Name: "lsmContext", Args: []string{"size"}})}, {Name: "size", Type: unum}, {Name: "flags", Type: hex}}},
		{Name: "lsm_list_modules", Ret: count, Params: params{{Name: "ids", Type: out(array(enumOf(8, uapi.LSMs), Result))}, {Name: "size", Type: inout(unum)}, {Name: "flags", Type: hex}}},
	}
})
