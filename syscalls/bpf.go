package syscalls

import "github.com/trapline/trapline/uapi"

// bpfAttr is union bpf_attr, of which the command and the size say what is there.
var bpfAttr = in(Custom{Name: "bpfAttr", Args: []string{"cmd", "size"}})

// bpfRet is a descriptor for the commands that make or find something.
func bpfRet() Switch {
	return Switch{On: "cmd", Else: num, Cases: map[uint64]Type{
		0:  fd, // BPF_MAP_CREATE
		5:  fd, // BPF_PROG_LOAD
		6:  fd, // BPF_OBJ_PIN, which returns zero; strace takes that for a descriptor
		7:  fd, // BPF_OBJ_GET
		13: fd, // BPF_PROG_GET_FD_BY_ID
		14: fd, // BPF_MAP_GET_FD_BY_ID
		18: fd, // BPF_BTF_LOAD
		19: fd, // BPF_BTF_GET_FD_BY_ID
		28: fd, // BPF_LINK_CREATE
		30: fd, // BPF_LINK_GET_FD_BY_ID
		32: fd, // BPF_ENABLE_STATS
		33: fd, // BPF_ITER_CREATE
		35: fd, // BPF_PROG_BIND_MAP, as BPF_OBJ_PIN
		36: fd, // BPF_TOKEN_CREATE
	}}
}

var bpfCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "bpf", Class: Desc, Ret: bpfRet(), Params: params{{Name: "cmd", Type: enum(uapi.BPFCommands)}, {Name: "attr", Type: bpfAttr}, {Name: "size", Type: unum}}},
	}
})
