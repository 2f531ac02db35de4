package syscalls

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// id16 is an identity of the first Linux; as an argument only its low half counts.
var id16 = Bits{Width: 2, Form: value.Unsigned, None: true}

// answered is the identities that getgroups has answered with: none when it was
// only asked how many there are.
func answered(id Type) Type {
	return out(Switch{On: "size", Cases: map[uint64]Type{0: array(id, "size")}, Else: array(id, Result)})
}

var (
	gotGroups   = answered(gid)
	gotGroups16 = answered(id16)
	setGroups   = in(Custom{Name: "groups", Args: []string{"size"}})
	setGroups16 = in(Custom{Name: "groups16", Args: []string{"size"}})

	capData = Custom{Name: "capData", Args: []string{"hdrp"}}
)

// capHeader is struct __user_cap_header_struct.
func capHeader() *Record {
	return record("__user_cap_header_struct", fields{{Name: "version", Type: enum(uapi.CapVersions)}, {Name: "pid", Type: pid}})
}

var credsCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "getuid", Class: Creds | Pure, Ret: unum, Params: params{}},
		{Name: "geteuid", Class: Creds | Pure, Ret: unum, Params: params{}},
		{Name: "getgid", Class: Creds | Pure, Ret: unum, Params: params{}},
		{Name: "getegid", Class: Creds | Pure, Ret: unum, Params: params{}},
		{Name: "setuid", Class: Creds, Ret: zero, Params: params{{Name: "uid", Type: uid}}},
		{Name: "setgid", Class: Creds, Ret: zero, Params: params{{Name: "gid", Type: gid}}},
		{Name: "setreuid", Class: Creds, Ret: zero, Params: params{{Name: "ruid", Type: uid}, {Name: "euid", Type: uid}}},
		{Name: "setregid", Class: Creds, Ret: zero, Params: params{{Name: "rgid", Type: gid}, {Name: "egid", Type: gid}}},
		{Name: "setresuid", Class: Creds, Ret: zero, Params: params{{Name: "ruid", Type: uid}, {Name: "euid", Type: uid}, {Name: "suid", Type: uid}}},
		{Name: "setresgid", Class: Creds, Ret: zero, Params: params{{Name: "rgid", Type: gid}, {Name: "egid", Type: gid}, {Name: "sgid", Type: gid}}},
		{Name: "getresuid", Class: Creds, Ret: zero, Params: params{{Name: "ruid", Type: out(uid)}, {Name: "euid", Type: out(uid)}, {Name: "suid", Type: out(uid)}}},
		{Name: "getresgid", Class: Creds, Ret: zero, Params: params{{Name: "rgid", Type: out(gid)}, {Name: "egid", Type: out(gid)}, {Name: "sgid", Type: out(gid)}}},
		{Name: "setfsuid", Class: Creds, Ret: unum, Params: params{{Name: "fsuid", Type: uid}}},
		{Name: "setfsgid", Class: Creds, Ret: unum, Params: params{{Name: "fsgid", Type: gid}}},
		{Name: "getgroups", Class: Creds, Ret: count, Params: params{{Name: "size", Type: num}, {Name: "list", Type: gotGroups}}},
		{Name: "setgroups", Class: Creds, Ret: zero, Params: params{{Name: "size", Type: num}, {Name: "list", Type: setGroups}}},
		{Name: "capget", Class: Creds, Ret: zero, Params: params{{Name: "hdrp", Type: in(capHeader())}, {Name: "datap", Type: out(capData)}}},
		{Name: "capset", Class: Creds, Ret: zero, Params: params{{Name: "hdrp", Type: in(capHeader())}, {Name: "datap", Type: in(capData)}}},

		// What the calls above are on i386, where their own names have 16 bits.
		{Name: "getuid32", Class: Creds | Pure, Ret: unum, Params: params{}},
		{Name: "geteuid32", Class: Creds | Pure, Ret: unum, Params: params{}},
		{Name: "getgid32", Class: Creds | Pure, Ret: unum, Params: params{}},
		{Name: "getegid32", Class: Creds | Pure, Ret: unum, Params: params{}},
		{Name: "setuid32", Class: Creds, Ret: zero, Params: params{{Name: "uid", Type: uid}}},
		{Name: "setgid32", Class: Creds, Ret: zero, Params: params{{Name: "gid", Type: gid}}},
		{Name: "setreuid32", Class: Creds, Ret: zero, Params: params{{Name: "ruid", Type: uid}, {Name: "euid", Type: uid}}},
		{Name: "setregid32", Class: Creds, Ret: zero, Params: params{{Name: "rgid", Type: gid}, {Name: "egid", Type: gid}}},
		{Name: "setresuid32", Class: Creds, Ret: zero, Params: params{{Name: "ruid", Type: uid}, {Name: "euid", Type: uid}, {Name: "suid", Type: uid}}},
		{Name: "setresgid32", Class: Creds, Ret: zero, Params: params{{Name: "rgid", Type: gid}, {Name: "egid", Type: gid}, {Name: "sgid", Type: gid}}},
		{Name: "getresuid32", Class: Creds, Ret: zero, Params: params{{Name: "ruid", Type: out(uid)}, {Name: "euid", Type: out(uid)}, {Name: "suid", Type: out(uid)}}},
		{Name: "getresgid32", Class: Creds, Ret: zero, Params: params{{Name: "rgid", Type: out(gid)}, {Name: "egid", Type: out(gid)}, {Name: "sgid", Type: out(gid)}}},
		{Name: "setfsuid32", Class: Creds, Ret: unum, Params: params{{Name: "fsuid", Type: uid}}},
		{Name: "setfsgid32", Class: Creds, Ret: unum, Params: params{{Name: "fsgid", Type: gid}}},
		{Name: "getgroups32", Class: Creds, Ret: count, Params: params{{Name: "size", Type: num}, {Name: "list", Type: gotGroups}}},
		{Name: "setgroups32", Class: Creds, Ret: zero, Params: params{{Name: "size", Type: num}, {Name: "list", Type: setGroups}}},
	}
})

// i386CredsCalls are the calls that have identities of 16 bits on i386.
var i386CredsCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "setuid", Class: Creds, Ret: zero, Params: params{{Name: "uid", Type: id16}}},
		{Name: "setgid", Class: Creds, Ret: zero, Params: params{{Name: "gid", Type: id16}}},
		{Name: "setreuid", Class: Creds, Ret: zero, Params: params{{Name: "ruid", Type: id16}, {Name: "euid", Type: id16}}},
		{Name: "setregid", Class: Creds, Ret: zero, Params: params{{Name: "rgid", Type: id16}, {Name: "egid", Type: id16}}},
		{Name: "setresuid", Class: Creds, Ret: zero, Params: params{{Name: "ruid", Type: id16}, {Name: "euid", Type: id16}, {Name: "suid", Type: id16}}},
		{Name: "setresgid", Class: Creds, Ret: zero, Params: params{{Name: "rgid", Type: id16}, {Name: "egid", Type: id16}, {Name: "sgid", Type: id16}}},
		{Name: "getresuid", Class: Creds, Ret: zero, Params: params{{Name: "ruid", Type: out(id16)}, {Name: "euid", Type: out(id16)}, {Name: "suid", Type: out(id16)}}},
		{Name: "getresgid", Class: Creds, Ret: zero, Params: params{{Name: "rgid", Type: out(id16)}, {Name: "egid", Type: out(id16)}, {Name: "sgid", Type: out(id16)}}},
		{Name: "setfsuid", Class: Creds, Ret: unum, Params: params{{Name: "fsuid", Type: id16}}},
		{Name: "setfsgid", Class: Creds, Ret: unum, Params: params{{Name: "fsgid", Type: id16}}},
		{Name: "getgroups", Class: Creds, Ret: count, Params: params{{Name: "size", Type: num}, {Name: "list", Type: gotGroups16}}},
		{Name: "setgroups", Class: Creds, Ret: zero, Params: params{{Name: "size", Type: num}, {Name: "list", Type: setGroups16}}},
	}
})
