package syscalls

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// NamespaceRequest is struct ns_id_req.
var NamespaceRequest = record("ns_id_req", fields{
	{Name: "size", Type: unum}, {Name: "spare", Type: hex, Spare: true}, {Name: "ns_id", Type: x64},
	{Name: "ns_type", Type: flags(uapi.NamespaceTypes)}, {Name: "spare2", Type: hex, Spare: true}, {Name: "user_ns_id", Type: Bits{Width: 8, Form: value.Hex, Set: uapi.NamespaceUsers}},
})

var namespaceCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "listns", Ret: ssize, Params: params{{Name: "req", Type: in(Custom{Name: "namespaceRequest"})}, {Name: "ns_ids", Type: custom("namespaceIDs", string(Result), "nr_ns_ids")}, {Name: "nr_ns_ids", Type: size}, {Name: "flags", Type: hex}}},
	}
})
