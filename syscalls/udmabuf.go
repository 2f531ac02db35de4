package syscalls

import "github.com/trapline/trapline/uapi"

// udmabufOps are the commands that make buffers of a file in memory.
func udmabufOps() []op {
	flags := flags(uapi.UdmabufFlags)
	one := record("udmabuf_create", fields{{Name: "memfd", Type: fd}, {Name: "flags", Type: flags}, {Name: "offset", Type: u64}, {Name: "size", Type: u64}})
	item := record("udmabuf_create_item", fields{{Name: "memfd", Type: fd}, {Name: "__pad", Type: hidden(u32)}, {Name: "offset", Type: u64}, {Name: "size", Type: u64}})
	return []op{
		{"UDMABUF_CREATE", argp(in(one))},
		{"UDMABUF_CREATE_LIST", argp(in(record("udmabuf_create_list", fields{{Name: "flags", Type: flags}, {Name: "count", Type: u32}, {Name: "list", Type: array(item, "count")}})))},
	}
}
