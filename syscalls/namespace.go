package syscalls

import "github.com/trapline/trapline/uapi"

// namespaceRequest is struct ns_id_req.
var namespaceRequest = record("ns_id_req", fields{
	{Name: "size", Type: unum}, {Type: hidden(num)}, {Name: "ns_id", Type: x64},
	{Name: "ns_type", Type: flags(uapi.NamespaceTypes)}, {Type: hidden(num)}, {Name: "user_ns_id", Type: x64},
})

var namespaceCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "listns", Ret: ssize, Params: params{{Name: "req", Type: in(namespaceRequest)}, {Name: "ns_ids", Type: out(array(x64, Result))}, {Name: "nr_ns_ids", Type: size}, {Name: "flags", Type: hex}}},
	}
})
