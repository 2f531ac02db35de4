package syscalls

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// teeOps are the commands of trusted execution environments.
func teeOps() []op {
	var (
		shared  = flags(uapi.TEESharedFlags)
		address = Bits{Width: 8, Form: value.Address}
		version = record("tee_ioctl_version_data", fields{
			{Name: "impl_id", Type: enum(uapi.TEEImplementations)},
			{Name: "impl_caps", Type: Switch{On: "impl_id", Cases: map[uint64]Type{1: flags(uapi.OPTEECapabilities)}, Else: x32}}, {Name: "gen_caps", Type: flags(uapi.TEECapabilities)},
		}).showing("impl_id", "gen_caps", "impl_caps")
		alloc    = record("tee_ioctl_shm_alloc_data", fields{{Name: "size", Type: x64}, {Name: "flags", Type: shared}, {Name: "id", Type: num}})
		descr    = record("tee_ioctl_shm_register_fd_data", fields{{Name: "fd", Type: customOf(8, "fd64")}, {Name: "size", Type: x64}, {Name: "flags", Type: shared}, {Name: "id", Type: num}})
		register = record("tee_ioctl_shm_register_data", fields{{Name: "addr", Type: address}, {Name: "length", Type: x64}, {Name: "flags", Type: shared}, {Name: "id", Type: num}})
		call     = argp(custom("teeCall", "op"))
	)
	return []op{
		{"TEE_IOC_VERSION", argp(out(version))},
		{"TEE_IOC_SHM_ALLOC", argp(exchange(alloc.without("id"), alloc))},
		{"TEE_IOC_SHM_REGISTER_FD", argp(exchange(descr.showing("fd", "flags"), descr.showing("size", "id")))},
		{"TEE_IOC_SHM_REGISTER", argp(exchange(register.without("id"), register.without("addr")))},
		{"TEE_IOC_OPEN_SESSION", call},
		{"TEE_IOC_INVOKE", call},
		{"TEE_IOC_SUPPL_RECV", call},
		{"TEE_IOC_SUPPL_SEND", call},
		{"TEE_IOC_CANCEL", argp(in(record("tee_ioctl_cancel_arg", fields{{Name: "cancel_id", Type: u32}, {Name: "session", Type: x32}})))},
		{"TEE_IOC_CLOSE_SESSION", argp(in(record("tee_ioctl_close_session_arg", fields{{Name: "session", Type: x32}})))},
	}
}

// TEECall returns what the caller and the environment write into the buffer of a command, by
// its number; nil for other commands.
func TEECall(nr uint64) *Exchange {
	params := Param{Name: "params", Type: Custom{Name: "teeParams", Args: []string{"num_params"}, Even: 8}}
	origin := enum(uapi.TEEOrigins)
	pair := func(r *Record, before, after []string) *Exchange {
		return &Exchange{Before: r.showing(before...), After: r.showing(after...)}
	}
	switch nr {
	case 2:
		client := Switch{On: "clnt_login", Else: as("clnt_uuid", list(x8, 16)), Cases: map[uint64]Type{
			0: as("clnt_uuid", hidden(list(x8, 16))), 1: as("clnt_uuid", hidden(list(x8, 16))), 2: as("clnt_uuid", u32), 4: as("clnt_uuid", hidden(list(x8, 16))), 5: as("clnt_uuid", hidden(list(x8, 16))), 6: as("clnt_uuid", u32),
		}}
		return pair(record("tee_ioctl_open_session_arg", fields{
			{Name: "uuid", Type: Custom{Name: "uuid", Bytes: 16, Even: 1}}, {Type: client}, {Name: "clnt_login", Type: enum(uapi.TEELogins)}, {Name: "cancel_id", Type: u32}, {Name: "session", Type: x32},
			{Name: "ret", Type: u32}, {Name: "ret_origin", Type: origin}, {Name: "num_params", Type: u32}, params,
		}), []string{"uuid", "clnt_login", "", "cancel_id", "num_params", "params"}, []string{"session", "ret", "ret_origin", "params"})
	case 3:
		return pair(record("tee_ioctl_invoke_arg", fields{
			{Name: "func", Type: u32}, {Name: "session", Type: x32}, {Name: "cancel_id", Type: u32}, {Name: "ret", Type: u32}, {Name: "ret_origin", Type: origin}, {Name: "num_params", Type: u32}, params,
		}), []string{"func", "session", "cancel_id", "num_params", "params"}, []string{"ret", "ret_origin", "params"})
	case 6:
		return pair(record("tee_iocl_supp_recv_arg", fields{{Name: "func", Type: u32}, {Name: "num_params", Type: u32}, params}),
			[]string{"func", "num_params", "params"}, []string{"num_params", "params"})
	case 7:
		return pair(record("tee_iocl_supp_send_arg", fields{{Name: "ret", Type: u32}, {Name: "num_params", Type: u32}, params}),
			[]string{"num_params", "params"}, []string{"ret", "params"})
	}
	return nil
}

// TEEParam is a parameter of a call of a trusted environment.
func TEEParam() *Record {
	three := func(names [3]string, last Type) *Record {
		return record("", fields{{Name: names[0], Type: x64}, {Name: names[1], Type: x64}, {Name: names[2], Type: last}})
	}
	memory, user := three([3]string{"shm_offs", "size", "shm_id"}, u64), three([3]string{"buf", "size", "c"}, hidden(u64))
	object, none := three([3]string{"obj_id", "flags", "c"}, hidden(u64)), as("none", hidden(list(u64, 3)))
	return record("tee_ioctl_param", fields{
		{Name: "attr", Type: customOf(8, "teeAttribute")},
		{Type: Switch{On: "attr", Else: three([3]string{"a", "b", "c"}, x64), Cases: map[uint64]Type{
			0: none, 5: memory, 6: memory, 7: memory, 8: user, 9: user, 10: user, 11: object, 12: object, 13: object,
		}}},
	})
}
